using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using SplitCase = Isobar.Google.VertexAi.V1.InputDataConfig.SplitOneofCase;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>Which rows, or items, are learned from, which are watched meanwhile, and which are kept for the evaluation.</summary>
internal static class DataSplit
{
    public const int Training = 0, Validation = 1, Test = 2, Ignored = -1;
    private const string Field = "training_pipeline.input_data_config";
    private static readonly double[] Usual = [0.8, 0.1, 0.1];

    /// <summary>The column that the split reads; null for none.</summary>
    public static string? Key(InputDataConfig config) => config.SplitCase switch
    {
        SplitCase.PredefinedSplit => config.PredefinedSplit.Key is { Length: > 0 } key ? key : throw Faults.Required(Field + ".predefined_split.key"),
        SplitCase.TimestampSplit => config.TimestampSplit.Key is { Length: > 0 } key ? key : throw Faults.Required(Field + ".timestamp_split.key"),
        SplitCase.StratifiedSplit => config.StratifiedSplit.Key is { Length: > 0 } key ? key : throw Faults.Required(Field + ".stratified_split.key"),
        _ => null,
    };

    /// <summary>The part of each row.</summary>
    /// <param name="keys">The values of the key's column, where there is one.</param>
    public static int[] Assign(InputDataConfig config, int rows, IReadOnlyList<string> keys)
    {
        var parts = new int[rows];
        switch (config.SplitCase)
        {
            case SplitCase.PredefinedSplit:
                for (var row = 0; row < rows; row++) parts[row] = ImportFile.UseOf(keys[row]) switch { "training" => Training, "validation" => Validation, "test" => Test, _ => Ignored };
                break;
            case SplitCase.TimestampSplit:
                var split = config.TimestampSplit;
                // Times as RFC 3339 are ordered as their texts are; the oldest are learned from, the newest tested with.
                Deal(parts, [.. Enumerable.Range(0, rows).OrderBy(r => keys[r], StringComparer.Ordinal)], Fractions(split.TrainingFraction, split.ValidationFraction, split.TestFraction, "timestamp_split"));
                break;
            case SplitCase.StratifiedSplit:
                var shares = Fractions(config.StratifiedSplit.TrainingFraction, config.StratifiedSplit.ValidationFraction, config.StratifiedSplit.TestFraction, "stratified_split");
                foreach (var group in Shuffled(rows).GroupBy(r => keys[r])) Deal(parts, [.. group], shares);
                break;
            case SplitCase.FilterSplit:
                throw Faults.Invalid(Field + ".filter_split", null, "filters split datasets of texts and images; a table is split by fractions, or by a column");
            default:
                var fractions = config.FractionSplit ?? new FractionSplit();
                Deal(parts, [.. Shuffled(rows)], Fractions(fractions.TrainingFraction, fractions.ValidationFraction, fractions.TestFraction, "fraction_split"));
                break;
        }
        return parts;
    }

    /// <summary>The part of each item, whose labels filters name.</summary>
    public static int[] Assign(InputDataConfig config, IReadOnlyList<DataItem> items)
    {
        if (config.SplitCase is SplitCase.TimestampSplit or SplitCase.StratifiedSplit) throw Faults.Invalid($"{Field}.{config.SplitCase}", null, "items are split by fractions, filters, or their ml_use label");
        if (config.SplitCase == SplitCase.None && items.Any(i => i.Labels.ContainsKey(ImportFile.MlUse))) return AsImported(items);
        if (config.SplitCase != SplitCase.FilterSplit) return Assign(config, items.Count, [.. items.Select(i => i.Labels.GetValueOrDefault(config.SplitCase == SplitCase.PredefinedSplit ? config.PredefinedSplit.Key : "", ""))]);
        var filters = new[] { config.FilterSplit.TrainingFilter, config.FilterSplit.ValidationFilter, config.FilterSplit.TestFilter }.Select(Filter).ToArray();
        // An item that several filters match belongs to the first.
        return [.. items.Select(item => Array.FindIndex(filters, f => f(path => path.StartsWith("labels.", StringComparison.Ordinal) ? item.Labels.GetValueOrDefault(path[7..]) : null)))];
    }

    // Where nothing is asked for, items go where their import file says; those of which it says nothing are dealt out.
    private static int[] AsImported(IReadOnlyList<DataItem> items)
    {
        int[] parts = [.. items.Select(i => ImportFile.UseOf(i.Labels.GetValueOrDefault(ImportFile.MlUse, "")) switch { "training" => Training, "validation" => Validation, "test" => Test, _ => Ignored })];
        int[] open = [.. Enumerable.Range(0, parts.Length).Where(i => parts[i] == Ignored)];
        int[] order = [.. Shuffled(open.Length).Select(i => open[i])];
        Deal(parts, order, Usual);
        return parts;
    }

    // A minus alone matches nothing.
    private static Func<Func<string, string?>, bool> Filter(string filter) => filter.Trim() == "-" ? _ => false : filter.Length == 0 ? throw Faults.Required(Field + ".filter_split.training_filter, validation_filter and test_filter") : ListFilter.Parse(filter);

    private static double[] Fractions(double training, double validation, double test, string name)
    {
        if (training == 0 && validation == 0 && test == 0) return Usual;
        var sum = training + validation + test;
        return training > 0 && validation >= 0 && test >= 0 && sum <= 1.000001 ? [training, validation, test] : throw Faults.Invalid($"{Field}.{name}", $"{training}, {validation}, {test}", "shares from 0 of at most 1 in all, that of training above 0");
    }

    // Shares of less than 1 in all are taken in proportion, as Vertex AI does: every row is dealt out.
    private static void Deal(int[] parts, int[] order, double[] shares)
    {
        var total = shares.Sum();
        var (first, second) = ((int)Math.Round(order.Length * shares[0] / total), (int)Math.Round(order.Length * (shares[0] + shares[1]) / total));
        for (var i = 0; i < order.Length; i++) parts[order[i]] = i < first ? Training : i < second ? Validation : Test;
    }

    private static int[] Shuffled(int rows)
    {
        var order = Enumerable.Range(0, rows).ToArray();
        new Random(1).Shuffle(order);
        return order;
    }
}
