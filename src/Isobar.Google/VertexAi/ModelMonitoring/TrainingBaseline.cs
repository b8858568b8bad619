using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Statistics;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.Storage;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.ModelMonitoring;

/// <summary>The statistics of the data that a model was trained on, without what it was to predict.</summary>
internal sealed class TrainingBaseline(IObjectStore objects)
{
    private const int MaxObjects = 10_000;

    public async Task<DatasetStatistics> ReadAsync(ModelMonitoringObjectiveConfig.Types.TrainingDataset data, string field, CancellationToken ct)
    {
        if (data.DataSourceCase == ModelMonitoringObjectiveConfig.Types.TrainingDataset.DataSourceOneofCase.BigquerySource) throw Faults.Unimplemented($"{field}.bigquery_source is not supported here; gcs_source is.");
        if (data.DataSourceCase == ModelMonitoringObjectiveConfig.Types.TrainingDataset.DataSourceOneofCase.Dataset) throw Faults.Unimplemented($"{field}.dataset is not supported here; gcs_source is.");
        if (data.GcsSource is not { Uris.Count: > 0 } source) throw Faults.Required($"{field}.gcs_source");
        if (data.DataFormat == "tf-record") throw Faults.Unimplemented($"{field}.data_format 'tf-record' is not supported here; csv and jsonl are.");
        if (data.DataFormat is not ("csv" or "jsonl")) throw Faults.Invalid($"{field}.data_format", data.DataFormat, "csv or jsonl");
        var (profiler, random) = (new DatasetProfiler(), new Random(0));
        var rate = data.LoggingSamplingStrategy?.RandomSampleConfig?.SampleRate is > 0 and var some ? some : 1;
        for (var i = 0; i < source.Uris.Count; i++)
        {
            var at = Gcs.Parse(source.Uris[i], $"{field}.gcs_source.uris[{i}]");
            IReadOnlyList<ObjectLocation> all = Wildcard.IsIn(at.Key) ? (await Wildcard.FindAsync(objects, at, MaxObjects, ct).ConfigureAwait(false)).OrThrow() : [at];
            foreach (var one in all) await ReadAsync(one, $"{field}.gcs_source.uris[{i}]", data, row => { if (rate >= 1 || random.NextDouble() < rate) profiler.Add(row); }, ct).ConfigureAwait(false);
        }
        if (profiler.Rows == 0) throw Faults.Invalid($"{field}.gcs_source", string.Join(',', source.Uris), "there are no rows");
        var whole = profiler.Build();
        if (data.TargetField.Length > 0 && whole.Find(data.TargetField) is null) throw Faults.Invalid($"{field}.target_field", data.TargetField, $"columns are {string.Join(", ", whole.Features.Select(f => f.Name))}");
        return whole with { Features = [.. whole.Features.Where(f => f.Name != data.TargetField)] };
    }

    private async Task ReadAsync(ObjectLocation at, string field, ModelMonitoringObjectiveConfig.Types.TrainingDataset data, Action<DataRow> add, CancellationToken ct)
    {
        if (!(await objects.OpenAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false)).TryGet(out var open, out _)) throw Faults.Invalid(field, Gcs.Uri(at), "no object is there");
        await using (open)
        {
            foreach (var row in DatasetReader.Read(open.Content, at.Key, data.DataFormat == "csv" ? DatasetFormat.CsvWithHeader : DatasetFormat.JsonLines))
            {
                ct.ThrowIfCancellationRequested();
                add(row.TryGet(out var value, out var error) ? value : throw Faults.Invalid(field, Gcs.Uri(at), error.Message));
            }
        }
    }
}
