using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Core.Results;
using Isobar.MultiCloud.Monitoring.Quality;

namespace Isobar.Cli.Commands;

/// <summary><c>quality</c> and <c>label</c>: how good services are, by what would have been right.</summary>
internal static class QualityCommands
{
    private const int AtOnce = 5000;
    private static readonly string[] Headings = ["Service", "Version", "Metric", "Value", "Rows", "Wanted", "State", "By Backend"];

    public static Command Quality()
    {
        var command = new Command("quality", "Show how good the answers of services were, by the labels that were told");
        ControlSession.Serve(command, async (session, ct) =>
        {
            if (!(await session.ReadAsync("/v1/quality", QualityJson.Default.IReadOnlyListQualityReport, ct)).TryGet(out var reports, out var error)) return error;
            if (session.Json) Output.Json(JsonSerializer.SerializeToNode(reports, QualityJson.Default.IReadOnlyListQualityReport)!);
            else Output.Rows(false, Headings, [.. reports.Select(Row)], "No labels were told yet; 'isobar label' tells them.");
            return null;
        });
        return command;
    }

    public static Command Label()
    {
        var service = new Argument<string>("service") { Description = "The service, such as project-model" };
        var file = new Argument<FileInfo>("file") { Description = "A CSV with the header prediction,label: the X-Isobar-Prediction of an answer, and what would have been right; of an answer with several rows one line each, in their order" };
        file.AcceptExistingOnly();
        var command = new Command("label", "Tell what would have been right, so that the quality of a service is known") { service, file };
        ControlSession.Serve(command, async (session, ct) =>
        {
            if (!Read(session.Get(file)).TryGet(out var read, out var error)) return error;
            var (labels, without) = read;
            var (matched, unknown) = (0, new List<string>());
            foreach (var some in labels.Chunk(AtOnce))
            {
                var body = JsonSerializer.Serialize(new LabelsRequest(some), QualityJson.Default.LabelsRequest);
                if (!(await session.SendAsync(HttpMethod.Post, $"/v1/services/{Uri.EscapeDataString(session.Get(service))}/labels", body, QualityJson.Default.LabelsReply, ct)).TryGet(out var reply, out error)) return error;
                matched += reply.Matched;
                unknown.AddRange(reply.Unknown);
            }
            if (session.Json) Output.Json(new LabelsReply(matched, unknown), QualityJson.Default.LabelsReply);
            else Console.WriteLine($"{matched} rows are labelled{(unknown.Count > 0 ? $"; {unknown.Count} predictions are not kept (never, not any more, or labelled before), such as {unknown[0]}" : "")}{(without > 0 ? $"; {without} lines name no prediction, as of an answer that was not kept" : "")}.");
            return null;
        });
        return command;
    }

    private static Result<(IReadOnlyList<ToldLabel> Labels, int Without)> Read(FileInfo file)
    {
        using var csv = new CsvReader(file.OpenText(), new CsvConfiguration(CultureInfo.InvariantCulture));
        if (!csv.Read() || !csv.ReadHeader() || csv.HeaderRecord?.Contains("prediction") != true || !csv.HeaderRecord.Contains("label")) return Error.Invalid("file", file.Name, $"{file.Name} has no header prediction,label.");
        var labels = new Dictionary<string, List<JsonElement>>();
        var without = 0;
        while (csv.Read())
        {
            if (csv.GetField("prediction") is not { Length: > 0 } prediction)
            {
                without++;
                continue;
            }
            if (!labels.TryGetValue(prediction, out var rows)) labels[prediction] = rows = [];
            rows.Add(JsonSerializer.SerializeToElement(csv.GetField("label") ?? ""));
        }
        return labels.Count > 0 ? ((IReadOnlyList<ToldLabel>)[.. labels.Select(l => new ToldLabel(l.Key, Labels: l.Value))], without) : Error.Invalid("file", file.Name, $"{file.Name} has no rows with a prediction.");
    }

    private static string[] Row(QualityReport r) =>
    [
        r.Service, r.Version?.ToString(CultureInfo.InvariantCulture) ?? "", r.Metric, Number(r.Now?.Value), (r.Now?.Rows ?? 0).ToString(CultureInfo.InvariantCulture), r.Bound ?? "", r.Broken ? "worse than wanted" : r.Now is null ? "not known" : "good",
        string.Join(", ", r.Backends.OrderBy(b => b.Key, StringComparer.Ordinal).Select(b => $"{b.Key} {Number(b.Value.Value)} ({b.Value.Rows})")),
    ];

    private static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";
}
