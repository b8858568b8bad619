using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>The parts of a table: where each lies, and how many rows it has.</summary>
internal sealed record SplitTable(IReadOnlyList<ObjectLocation> Places, IReadOnlyList<int> Rows, IReadOnlyList<string> Columns);

/// <summary>Splits the CSV files of a dataset into a file for each part.</summary>
internal sealed class TabularSplit(IObjectStore objects)
{
    private const int MaxRows = 10_000_000;
    private static readonly CsvConfiguration Csv = new(CultureInfo.InvariantCulture) { BadDataFound = null, IgnoreBlankLines = true };

    // 1. read the header and the key of every row; 2. deal the rows out; 3. write the parts.
    /// <param name="names">The objects of the three parts, below the folder.</param>
    public async Task<SplitTable> WriteAsync(Dataset dataset, InputDataConfig config, ObjectLocation folder, string[] names, CancellationToken ct)
    {
        // 1.
        var sources = await SourcesAsync(dataset, ct).ConfigureAwait(false);
        var key = DataSplit.Key(config);
        string[]? header = null;
        var keys = new List<string>();
        var at = -1;
        await foreach (var (row, source, first) in RowsAsync(sources, ct).ConfigureAwait(false))
        {
            if (first)
            {
                if (header is not null && !row.SequenceEqual(header)) throw Faults.Precondition($"The files of the dataset have different columns: {Gcs.Uri(source)} has {string.Join(", ", row)}.");
                header = row;
                at = key is null ? -1 : Array.IndexOf(header, key);
                if (key is not null && at < 0) throw Faults.Invalid("training_pipeline.input_data_config.split.key", key, $"the columns are {string.Join(", ", header)}");
                continue;
            }
            if (row.Length != header!.Length) throw Faults.Precondition($"{Gcs.Uri(source)}: a row has {row.Length} columns where the header has {header.Length}.");
            if (keys.Count >= MaxRows) throw Faults.Precondition($"A table has at most {MaxRows} rows here.");
            keys.Add(at < 0 ? "" : row[at]);
        }
        if (keys.Count == 0) throw Faults.Precondition("The files of the dataset hold no rows.");

        // 2.
        var parts = DataSplit.Assign(config, keys.Count, keys);

        // 3.
        var work = Directory.CreateTempSubdirectory("isobar-split-");
        try
        {
            var counts = new int[names.Length];
            var writers = names.Select((_, i) => new CsvWriter(new StreamWriter(Path.Combine(work.FullName, $"{i}.csv")), Csv)).ToArray();
            foreach (var writer in writers) Write(writer, header!);
            var number = 0;
            await foreach (var (row, _, first) in RowsAsync(sources, ct).ConfigureAwait(false))
            {
                if (first || parts[number++] is var part && part == DataSplit.Ignored) continue;
                Write(writers[part], row);
                counts[part]++;
            }
            foreach (var writer in writers) await writer.DisposeAsync().ConfigureAwait(false);
            List<ObjectLocation> places = [.. names.Select(folder.Below)];
            for (var i = 0; i < names.Length; i++)
            {
                await using var content = File.OpenRead(Path.Combine(work.FullName, $"{i}.csv"));
                (await objects.PutAsync(places[i].Bucket, places[i].Key, content, new PutOptions { ContentType = "text/csv" }, ct).ConfigureAwait(false)).OrThrow();
            }
            return new SplitTable(places, counts, header!);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private async Task<IReadOnlyList<ObjectLocation>> SourcesAsync(Dataset dataset, CancellationToken ct)
    {
        var found = new List<ObjectLocation>();
        foreach (var uri in DatasetStore.Sources(dataset))
        {
            var at = Gcs.Parse(uri.TrimEnd('*'), "dataset.metadata.inputConfig.gcsSource.uri");
            if (!uri.EndsWith('*'))
            {
                if (!(await objects.HeadAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false)).IsOk) throw Faults.Precondition($"No object is at {uri}, which the dataset names.");
                found.Add(at);
                continue;
            }
            var page = (await objects.ListAsync(at.Bucket, new ObjectQuery(at.Key), ct).ConfigureAwait(false)).OrThrow();
            found.AddRange(page.Objects.Where(o => o.Size > 0).Select(o => at with { Key = o.Key }));
        }
        return found.Count > 0 ? found : throw Faults.Precondition($"No object is at {string.Join(", ", DatasetStore.Sources(dataset))}, which the dataset names.");
    }

    private async IAsyncEnumerable<(string[] Row, ObjectLocation Source, bool IsHeader)> RowsAsync(IReadOnlyList<ObjectLocation> sources, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var source in sources)
        {
            var opened = (await objects.OpenAsync(source.Bucket, source.Key, ct: ct).ConfigureAwait(false)).OrThrow();
            await using (opened.ConfigureAwait(false))
            {
                using var rows = new CsvParser(new StreamReader(opened.Content), Csv);
                for (var first = true; await rows.ReadAsync().ConfigureAwait(false); first = false) yield return (rows.Record!, source, first);
            }
        }
    }

    private static void Write(CsvWriter writer, string[] row)
    {
        foreach (var field in row) writer.WriteField(field);
        writer.NextRecord();
    }
}
