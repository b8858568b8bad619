using System.Globalization;
using System.Text.RegularExpressions;
using Isobar.Engine.Monitoring.Capture;
using Isobar.Engine.Monitoring.Quality;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Engine.Monitoring.Schedules;

/// <summary>Picks features, answers and truths out of captured bodies.</summary>
internal static partial class AnswerReader
{
    /// <summary>
    /// The rows that a baseline is compared with. A baseline made from training data has the label first, as the answer is put first here;
    /// one of features alone has as many columns as the request.
    /// </summary>
    public static IEnumerable<DataRow> Observed(CapturedEvent seen, IReadOnlyList<string>? names)
    {
        for (var i = 0; i < seen.Inputs.Count; i++)
        {
            var input = seen.Inputs[i];
            if (seen.Outputs.Count != seen.Inputs.Count || names?.Count == input.Cells.Count) yield return input;
            else if (IsNumbered(input.Names) && names?.Count == input.Cells.Count + seen.Outputs[i].Cells.Count)
                yield return new DataRow(names, [.. seen.Outputs[i].Cells, .. input.Cells]);
            else if (!IsNumbered(input.Names) && names is not null) yield return Named(input, seen.Outputs[i], names);
            else yield return input;
        }
    }

    /// <summary>An answer beside the truth that came for it.</summary>
    public static JudgedAnswer? Judge(DataRow answer, string truth, QualitySpec quality)
    {
        var probability = quality.ProbabilityAttribute is { } p && double.TryParse(Cell(answer, p), NumberStyles.Float, CultureInfo.InvariantCulture, out var share) ? share : (double?)null;
        var predicted = quality.InferenceAttribute is { } attribute ? Cell(answer, attribute)
            : probability is { } known ? (known >= quality.ProbabilityThreshold ? "1" : "0")
            : answer.Cells.FirstOrDefault();
        return string.IsNullOrEmpty(predicted) || string.IsNullOrEmpty(truth) ? null : new JudgedAnswer(predicted, truth, probability);
    }

    /// <summary>An answer and a truth in one row.</summary>
    public static JudgedAnswer? Judge(DataRow row, QualitySpec quality) =>
        quality.GroundTruthAttribute is { } attribute && Cell(row, attribute) is { } truth ? Judge(row, truth, quality) : null;

    /// <summary>Attributes may be written as paths: <c>predictions[0].score</c>.</summary>
    private static string? Cell(DataRow row, string attribute) => row[attribute] ?? row[Index().Replace(attribute, ".$1").TrimStart('.')] ?? row[Index().Replace(attribute, ".$1").Split('.')[^1]];

    private static DataRow Named(DataRow input, DataRow output, IReadOnlyList<string> names)
    {
        var also = output.Names.Select((n, i) => (Name: n, Cell: output.Cells[i])).Where(c => names.Contains(c.Name) && !input.Names.Contains(c.Name)).ToList();
        return new DataRow([.. also.Select(c => c.Name), .. input.Names], [.. also.Select(c => c.Cell), .. input.Cells]);
    }

    private static bool IsNumbered(IReadOnlyList<string> names) => names.Count > 0 && names[0] == "_c0";

    [GeneratedRegex(@"\[(\d+)\]")]
    private static partial Regex Index();
}
