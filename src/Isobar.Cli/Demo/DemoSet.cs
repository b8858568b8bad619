using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>What the scenes share: the clouds that play side by side, the stage, the data and the names of things.</summary>
internal sealed record DemoSet(IReadOnlyList<ICloud> Clouds, IDemoStage Stage, TimeProvider Time)
{
    public const string Bucket = "isobar-demo", Endpoint = "penguins", Trees = "penguins-trees", Linear = "penguins-linear", Late = "flights-trees";
    private const int FlightRows = 20_000;

    public DemoTable Penguins { get; } = DemoData.Penguins();

    /// <summary>Flights, the label being whether they were late.</summary>
    public DemoTable Flights { get; } = DemoData.Flights(FlightRows);

    /// <summary>Acts on all clouds at the same time. The results come in the clouds' order; a failure names its cloud.</summary>
    public async Task<Result<IReadOnlyList<T>>> EachAsync<T>(Func<ICloud, Task<Result<T>>> act)
    {
        var results = await Task.WhenAll(Clouds.Select(act));
        foreach (var (cloud, result) in Clouds.Zip(results))
            if (result.Error is { } error) return error with { Message = $"{cloud.Name}: {error.Message}" };
        return results.Select(r => r.Value).ToList();
    }

    /// <summary>How the cloud itself writes a place.</summary>
    public static string Address(ICloud cloud, DataLocation at) => cloud.Name switch { "aws" => $"s3://{at}", "gcp" => $"gs://{at}", "azure" => $"blobs at {at}", _ => at.ToString() };
}
