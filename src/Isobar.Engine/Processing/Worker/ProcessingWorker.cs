using System.Collections;
using System.Runtime.InteropServices;

namespace Isobar.Engine.Processing.Worker;

/// <summary>The child process of a built-in analysis: <c>worker process --dir ML --name NAME</c>.</summary>
public static class ProcessingWorker
{
    /// <summary>Runs one of <paramref name="processors"/> over the job's folders. Exit code 0 on success; <c>output/message</c> holds what it had to say.</summary>
    public static async Task<int> RunAsync(string ml, string name, IEnumerable<IBuiltInProcessor> processors)
    {
        using var stop = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        if (processors.FirstOrDefault(p => p.Name == name) is not { } processor) return Finish(ml, 1, $"There is no built-in analysis '{name}'.");
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
        try
        {
            var result = await processor.RunAsync(environment, path => path.Replace("/opt/ml", ml), Console.WriteLine, stop.Token).ConfigureAwait(false);
            return result.TryGet(out var message, out var error) ? Finish(ml, 0, message) : Finish(ml, 1, error.Message);
        }
        catch (OperationCanceledException)
        {
            return 143;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await Console.Error.WriteLineAsync(e.ToString()).ConfigureAwait(false);
            return Finish(ml, 1, $"InternalServerError: {e.Message}");
        }
    }

    private static int Finish(string ml, int code, string message)
    {
        (code == 0 ? Console.Out : Console.Error).WriteLine(message);
        File.WriteAllText(Path.Combine(ml, "output", "message"), message);
        return code;
    }
}
