using System.Runtime.InteropServices;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.Training.Worker;

/// <summary>The child process that fits a model of the catalogue: <c>worker train --dir ML</c>.</summary>
public static class TrainingWorker
{
    /// <summary>Fits what <c>input/config/request.json</c> below <paramref name="ml"/> asks for. Exit code 0: the model is in <c>model</c>; 1: <c>output/failure</c> says why not; 143: ended on request.</summary>
    public static async Task<int> RunAsync(string ml)
    {
        using var stop = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        try
        {
            var text = await File.ReadAllTextAsync(Path.Combine(ml, "input", "config", "request.json")).ConfigureAwait(false);
            var request = JsonSerializer.Deserialize(text, AlgorithmsJson.Default.TrainingRequest)!;
            var folders = new TrainingFolders(Path.Combine(ml, "input", "data"), Path.Combine(ml, "model"), Path.Combine(ml, "checkpoints"), Path.Combine(ml, "output", "data"));
            var result = await Task.Run(() => Trainer.TrainAsync(request, folders, new LineProgress(), stop.Token)).ConfigureAwait(false);
            return result.TryGet(out _, out var error) ? 0 : Fail(ml, error.Code == ErrorCode.InvalidArgument ? $"ClientError: {error.Message}" : error.Message);
        }
        catch (OperationCanceledException)
        {
            return 143;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await Console.Error.WriteLineAsync(e.ToString()).ConfigureAwait(false);
            return Fail(ml, $"InternalServerError: {e.Message}");
        }
    }

    private static int Fail(string ml, string message)
    {
        Console.Error.WriteLine(message);
        File.WriteAllText(Path.Combine(ml, "output", "failure"), message);
        return 1;
    }

    internal sealed class LineProgress : ITrainingProgress
    {
        public void Metric(string name, double value, int? step) =>
            Console.WriteLine(MetricReader.Marker + JsonSerializer.Serialize(new JobMetric(name, value, default, step), TrainingJson.Default.JobMetric));

        public void Log(string line) => Console.WriteLine(line);
    }
}
