using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>Stores what the training jobs will read.</summary>
internal sealed class UploadScene(DemoSet set)
{
    public async Task<Error?> RunAsync(CancellationToken ct)
    {
        if (!(await set.EachAsync(cloud => UploadAsync(cloud, ct))).TryGet(out _, out var error)) return error;
        set.Stage.Say($"to {string.Join(", ", set.Clouds.Select(c => DemoSet.Address(c, new(DemoSet.Bucket, ""))))}");
        set.Stage.Table("data", ["Data set", "Training", "Validation", "Test", "Label"],
        [
            Row("Palmer penguins", set.Penguins, "species"),
            Row("US flights of 2001", set.Flights, "15 minutes late"),
        ]);
        set.Stage.Say("no training job sees the test rows");
        return null;

        static string[] Row(string name, DemoTable table, string label) => [name, $"{table.Train.Count}", $"{table.Validation.Count}", $"{table.Test.Count}", label];
    }

    private async Task<Result<Done>> UploadAsync(ICloud cloud, CancellationToken ct)
    {
        if ((await cloud.Objects.EnsureBucketAsync(DemoSet.Bucket, ct)).Error is { } error) return error;
        foreach (var (name, table) in new[] { ("penguins", set.Penguins), ("flights", set.Flights) })
        {
            foreach (var (channel, text) in new[] { ("train", table.TrainCsv), ("validation", table.ValidationCsv) })
                if ((await cloud.Objects.PutAsync(new(DemoSet.Bucket, $"{name}/{channel}/{name}.csv"), new MemoryStream(Encoding.UTF8.GetBytes(text)), "text/csv", ct)).Error is { } failed) return failed;
        }
        return Done.Value;
    }
}
