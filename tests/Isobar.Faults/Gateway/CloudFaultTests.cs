using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Google;

namespace Isobar.Faults.Gateway;

/// <summary>
/// A model served from three clouds by a manifest, the clouds are real emulators, AWS in a process of its own that is reached by a link which can fail. Under load AWS
/// is lost in every way there is: no request fails, and it has its traffic again afterwards.
/// </summary>
public sealed class CloudFaultTests : IAsyncLifetime
{
    private const string Row = "Torgersen,39.1,18.7,181,3750,male", Species = "Adelie";
    private const string KeyId = "ISOBAR_FAULTS_KEY_ID", Secret = "ISOBAR_FAULTS_SECRET";
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-clouds-").FullName;
    private readonly HttpClient _http = new();
    private ChildServer? _others, _started;
    private ChildServer _aws = null!;
    private SeverableLink? _link;

    private ChildServer Gateway => _started!;

    private string AwsData => Path.Combine(_folder, "aws");

    public async ValueTask InitializeAsync()
    {
        _aws = await StartAwsAsync();
        _others = await ChildServer.StartAsync(Path.Combine(_folder, "others"));
        _link = new SeverableLink(_aws.Aws);
        var key = JsonNode.Parse(await IsobarAsync("keys", "create", "--json", "--data", AwsData))!;
        Environment.SetEnvironmentVariable(KeyId, key["accessKeyId"]!.GetValue<string>());
        Environment.SetEnvironmentVariable(Secret, key["secretAccessKey"]!.GetValue<string>());
        var google = GoogleEnvironment.Variables(Path.Combine(_folder, "others"), _others.Google);
        var data = Directory.CreateDirectory(Path.Combine(_folder, "gateway")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "clouds.json"), $$"""
            { "local": false, "clouds": [
              { "name": "aws", "kind": "aws", "endpoint": "{{_link.Url}}", "accessKeyIdFrom": "{{KeyId}}", "secretAccessKeyFrom": "{{Secret}}" },
              { "name": "gcp", "kind": "gcp", "endpoint": "{{_others.Google}}", "project": "{{google["GOOGLE_CLOUD_PROJECT"]}}", "keyFile": "{{google["GOOGLE_APPLICATION_CREDENTIALS"]}}" },
              { "name": "azure", "kind": "azure", "endpoint": "{{_others.Azure}}", "subscription": "00000000-0000-0000-0000-000000000000", "resourceGroup": "isobar", "workspace": "isobar",
                "tenant": "11111111-1111-1111-1111-111111111111", "clientId": "isobar", "clientSecretFrom": "{{Secret}}" } ] }
            """);
        _started = await ChildServer.StartAsync(data);
    }

    public async ValueTask DisposeAsync()
    {
        // A start that failed half-way is taken down as far as it came.
        foreach (var each in new IAsyncDisposable?[] { _started, _link, _aws, _others })
            if (each is not null) await each.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Cloud_LostInEveryWay_FailsNoRequest()
    {
        await ApplyAsync();
        await PassAsync("killed (SIGKILL)", () => _aws.KillAsync(), () => AgainAsync(), mute: true);
        await PassAsync("answers 503", LinkFault.Erroring);
        await PassAsync("throttles (429, Retry-After)", LinkFault.Throttling);
        await PassAsync("a second slower", LinkFault.Slow, mute: false);
        await PassAsync("clock three hours ahead: no signature is valid", async () =>
        {
            await _aws.KillAsync();
            await AgainAsync("--verify-signatures", "--clock-offset", "03:00:00");
        }, async () =>
        {
            // That signatures are valid once the clock is right shows what was wrong.
            await _aws.KillAsync();
            await AgainAsync("--verify-signatures");
        }, mute: true);
        await PassAsync("frozen (SIGSTOP)", () => _aws.SignalAsync("STOP"), () => _aws.SignalAsync("CONT"));
        await PassAsync("partitioned: connections open, no byte passes", LinkFault.Severed);
    }

    private Task PassAsync(string fault, LinkFault of, bool mute = true) => PassAsync(fault, () => SetAsync(of), () => SetAsync(LinkFault.None), mute);

    private Task PassAsync(string fault, Func<Task> begin, Func<Task> end, bool mute = false) =>
        FaultPass.RunAsync(new GatewayLoad($"{Gateway.Control}/v1/models/faults-birds/predict", Row, "text/csv", (_, text) => text.StartsWith(Species, StringComparison.Ordinal)), "aws", fault, begin, end, mute);

    private Task SetAsync(LinkFault fault)
    {
        _link!.Fault = fault;
        return Task.CompletedTask;
    }

    private Task<ChildServer> StartAwsAsync(params string[] options) => ChildServer.StartAsync(AwsData, null, options);

    private async Task AgainAsync(params string[] options)
    {
        await _aws.DisposeAsync();
        _aws = await StartAwsAsync(options);
        _link!.Target = _aws.Aws;
    }

    private async Task ApplyAsync()
    {
        var birds = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "penguins.csv"));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(birds));
        using var uploaded = await _http.PutAsync($"{Gateway.Control}/v1/artifacts/{sha256}", new ByteArrayContent(birds));
        Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync());
        using var applied = await _http.PutAsync($"{Gateway.Control}/v1/projects/faults", new StringContent($$"""
            name: faults
            data: { birds: { path: penguins.csv, sha256: "{{sha256}}", gigabytes: 0.001 } }
            models:
              birds:
                training: { algorithm: boosted-trees, task: multiclass, label: species, data: { train: birds }, resources: { vcpu: 2, memoryGib: 8, hours: 0.05 } }
                service: { clouds: [aws, gcp, azure] }
            """, Encoding.UTF8, "application/yaml"));
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());
        await Lab.UntilAsync(async () => Core.Results.Result<string>.Ok(await _http.GetStringAsync($"{Gateway.Control}/v1/projects/faults")), text =>
        {
            var (project, training) = (JsonNode.Parse(text)!, JsonNode.Parse(text)!["models"]!.AsArray().FirstOrDefault()?["training"]);
            if (training?["phase"]?.GetValue<string>() == "Failed") Assert.Fail(text);
            return project["settled"]!.GetValue<bool>();
        });
    }

    private static async Task<string> IsobarAsync(params string[] arguments)
    {
        using var isobar = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "isobar.dll"), .. arguments]) { RedirectStandardOutput = true })!;
        var text = await isobar.StandardOutput.ReadToEndAsync();
        await isobar.WaitForExitAsync();
        Assert.Equal(0, isobar.ExitCode);
        return text;
    }
}
