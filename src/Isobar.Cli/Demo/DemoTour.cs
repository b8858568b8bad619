using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>One stop of a tour.</summary>
internal sealed record DemoStep(string Title, Func<CancellationToken, Task<Error?>> RunAsync);

/// <summary>The main job on all clouds side by side, told only in the vocabulary of all clouds. A scene more is a line more.</summary>
internal sealed class DemoTour(DemoSet set)
{
    public IReadOnlyList<DemoStep> Steps =>
    [
        new("Upload two real data sets to each cloud", new UploadScene(set).RunAsync),
        new("Train the same three models in each cloud's own protocol", new TrainScene(set).RunAsync),
        new("Register the models and deploy two of them behind one endpoint", new DeployScene(set).RunAsync),
        new("Predict penguins that no model has seen", new PredictScene(set).RunAsync),
        new($"Predict {set.Flights.Test.Count} flights in a batch job", new BatchScene(set).RunAsync),
        new("Shift the traffic to the second model", new ShiftScene(set).RunAsync),
        new("Detect drift: somebody sends pounds and inches", new DriftScene(set).RunAsync),
    ];
}
