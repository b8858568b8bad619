using System.Diagnostics;
using System.Globalization;
using Isobar.Bench.Harness;

namespace Isobar.Bench.Invoke;

/// <summary>Load by wrk (Debian's package): its C costs the two cores less than a client of ours would.</summary>
internal static class Wrk
{
    public static async Task<Measured> RunAsync(string url, string body, int connections, int seconds, string? key = null, string contentType = "text/csv")
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, $$"""
                wrk.method = "POST"
                wrk.body = '{{body}}'
                wrk.headers["Content-Type"] = "{{contentType}}"
                {{(key is null ? "" : $"wrk.headers[\"Authorization\"] = \"Bearer {key}\"")}}
                function done(summary, latency)
                  local e = summary.errors
                  io.write(string.format("RESULT %d %d %f %f %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), e.status + e.connect + e.read + e.write + e.timeout))
                end
                """);
            using var process = Process.Start(new ProcessStartInfo("wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "-s", script, url]) { RedirectStandardOutput = true })!;
            var text = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            var line = text.Split('\n').FirstOrDefault(l => l.StartsWith("RESULT ", StringComparison.Ordinal)) ?? throw new InvalidOperationException(text);
            var n = line.Split(' ').Skip(1).Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
            if (n[4] > 0) throw new InvalidOperationException($"{url}: {n[4]} of {n[0]} requests failed.");
            return new Measured(n[0] / (n[1] / 1e6), n[2] / 1000, n[3] / 1000);
        }
        finally { File.Delete(script); }
    }
}
