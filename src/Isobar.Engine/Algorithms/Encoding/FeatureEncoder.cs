using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.Algorithms.Encoding;

/// <summary>What an algorithm wants done to the columns.</summary>
/// <param name="Impute">Missing numbers become the column's mean; otherwise they stay missing.</param>
/// <param name="Center">The mean is taken off.</param>
/// <param name="Scale">Numbers are divided by their standard deviation.</param>
internal sealed record EncodingNeeds(bool Impute, bool Center, bool Scale);

/// <summary>Turns raw columns into floats in the same way twice: here for training, and as graph nodes for serving.</summary>
internal sealed class FeatureEncoder
{
    private const int MaxCategories = 256;
    private const int MaxClasses = 1000;

    private readonly List<EncodedColumn> _columns;
    private readonly TrainingRequest _request;
    private readonly bool _impute;
    private readonly bool _shift;

    private FeatureEncoder(TrainingRequest request, List<EncodedColumn> columns, EncodingNeeds needs, string? label, IReadOnlyList<string>? classes)
    {
        (_request, _columns, LabelName, Classes) = (request, columns, label, classes);
        (_impute, _shift) = (needs.Impute, needs.Center || needs.Scale);
        Width = columns.Sum(c => c.Width);
    }

    public string? LabelName { get; }
    public IReadOnlyList<string>? Classes { get; }
    public int Width { get; }
    public bool IsNumeric => _columns.All(c => c.Categories is null);
    public IReadOnlyList<ModelColumn> ModelColumns => [.. _columns.Select(c => new ModelColumn(c.Name, c.Terms is not null ? "text" : c.Categories is null ? "number" : "category") { Categories = c.Terms is null ? c.Categories : null, Typical = c.Terms is null ? c.Typical : "" })];

    /// <summary>Where each column's encoded features stand.</summary>
    public IEnumerable<(string Name, int At, int Width)> Spans
    {
        get
        {
            var at = 0;
            foreach (var column in _columns)
            {
                yield return (column.Name, at, column.Width);
                at += column.Width;
            }
        }
    }

    /// <summary>Where columns of more than two categories stand.</summary>
    public IReadOnlyList<(int At, int Width)> CategorySpans => [.. Spans.Zip(_columns).Where(p => p.Second is { Terms: null, Categories.Count: > 2 }).Select(p => (p.First.At, p.First.Width))];

    public static Result<FeatureEncoder> Learn(DataTable table, TrainingRequest request, EncodingNeeds needs)
    {
        if (!ColumnRoles.Find(table, request.Layout).TryGet(out var roles, out var error)) return error;
        var columns = new List<EncodedColumn>();
        foreach (var i in roles.Features)
        {
            var column = table.Columns[i];
            if (request.Layout.Unread.Contains(column.Name) && !column.IsNumeric)
            {
                columns.Add(new EncodedColumn(i, column.Name, [], 0, 0, 1));
                continue;
            }
            if (request.Layout.Texts.Contains(column.Name))
            {
                var terms = TextTerms.Learn(Enumerable.Range(0, table.Rows).Select(r => column.TextAt(r) ?? ""), table.Rows);
                if (terms.Count == 0) return new Error(ErrorCode.InvalidArgument, $"The column '{column.Name}' of running text has no word that stands in two rows.");
                columns.Add(new EncodedColumn(i, column.Name, [], 0, 0, 1) { Terms = terms });
                continue;
            }
            var categorical = !column.IsNumeric || request.Layout.Categorical.Contains(column.Name) || request.Layout.Categorical.Contains(i.ToString());
            if (categorical && request.Layout.NumbersOnly)
            {
                var row = Array.FindIndex(column.Texts ?? [], t => t is not null && !float.TryParse(t, System.Globalization.CultureInfo.InvariantCulture, out _));
                return new Error(ErrorCode.InvalidArgument, $"Column {i} holds '{(row < 0 ? "?" : column.Texts![row])}' in row {row + 1}; this algorithm takes numbers only.");
            }
            if (!categorical)
            {
                columns.Add(EncodedColumn.OfNumbers(i, column, needs, request.Layout.ScalerRows));
                continue;
            }
            var categories = Enumerable.Range(0, table.Rows).Select(column.TextAt).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToArray();
            if (categories.Length > MaxCategories && request.Layout.KeepFrequent)
                categories = [.. Enumerable.Range(0, table.Rows).Select(column.TextAt).OfType<string>().GroupBy(t => t).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(MaxCategories).Select(g => g.Key).Order(StringComparer.Ordinal)];
            if (categories.Length > MaxCategories)
                return new Error(ErrorCode.InvalidArgument, $"The column '{column.Name}' has {categories.Length} different texts; a categorical column has at most {MaxCategories}. Leave it out (ignore) or group its values.");
            columns.Add(new EncodedColumn(i, column.Name, categories, 0, 0, 1));
        }
        if (columns.Sum(c => c.Width) == 0) return new Error(ErrorCode.InvalidArgument, "There is no feature column.");
        IReadOnlyList<string>? classes = null;
        if (request.Task is LearningTask.Binary or LearningTask.Multiclass or LearningTask.Regression && roles.Label < 0)
            return new Error(ErrorCode.InvalidArgument, $"The label column '{request.Layout.Label}' is not among {string.Join(", ", table.Columns.Select(c => c.Name).Take(20))}.");
        if (request.Task is LearningTask.Binary or LearningTask.Multiclass)
        {
            if (!ColumnRoles.Classes(table.Columns[roles.Label], table.Rows, request, MaxClasses).TryGet(out classes, out error)) return error;
        }
        columns = [.. columns.Select(c => c with { Typical = TypicalValue.Of(table.Columns[c.Index]) })];
        return new FeatureEncoder(request, columns, needs, roles.Label < 0 ? null : table.Columns[roles.Label].Name, classes);
    }

    public Result<Matrix> Encode(DataTable table)
    {
        if (!ColumnRoles.Find(table, _request.Layout).TryGet(out var roles, out var error)) return error;
        var values = new float[table.Rows * Width];
        var at = 0;
        foreach (var column in _columns)
        {
            var index = table.Find(column.Name);
            // A narrow libsvm channel may end before the widest training row does; its absent columns are missing.
            if (index < 0 && _request.Layout.Format != DataFormat.LibSvm) return new Error(ErrorCode.InvalidArgument, $"The column '{column.Name}' is missing.");
            var cells = index < 0 ? null : table.Columns[index];
            if (cells is not null && column.Refuse(cells, _impute) is { } fault) return fault;
            column.Encode(cells, table.Rows, values, at, Width, _impute);
            at += column.Width;
        }
        if (roles.Weight >= 0 && Array.FindIndex(table.Columns[roles.Weight].Numbers!, w => !(w >= 0 && float.IsFinite(w))) is var light and >= 0)
            return new Error(ErrorCode.InvalidArgument, $"The weight in row {light + 1} is '{table.Columns[roles.Weight].TextAt(light)}', not a number from 0.");
        float[]? labels = null;
        if (roles.Label >= 0 && !Labels(table.Columns[roles.Label], table.Rows).TryGet(out labels, out error)) return error;
        var matrix = new Matrix(values, table.Rows, Width, labels, roles.Weight < 0 ? null : table.Columns[roles.Weight].Numbers);
        return table.GroupSizes is { } groups ? matrix with { GroupSizes = groups } : matrix;
    }

    /// <summary>Adds the inputs and the encoding; returns the name of the encoded features [N, Width].</summary>
    public string AddTo(GraphBuilder graph)
    {
        var means = _columns.Select(c => c.Mean).ToArray();
        if (IsNumeric)
        {
            var x = graph.Input("features", TensorProto.Types.DataType.Float, _columns.Count);
            if (_impute) x = graph.AddMl("Imputer", [x], [_columns.Count], Attr("imputed_value_floats", means), Attr("replaced_value_float", float.NaN));
            if (!_shift) return x;
            x = graph.Add("Sub", [x, graph.Floats([.. _columns.Select(c => c.Offset)], 1, _columns.Count)]);
            return graph.Add("Div", [x, graph.Floats([.. _columns.Select(c => c.Scale)], 1, _columns.Count)]);
        }
        return graph.Add("Concat", [.. _columns.Zip(ModelColumns, (c, m) => c.AddTo(graph, m.Input, _impute, _shift)).OfType<string>()], Attr("axis", 1L));
    }

    /// <summary>Sums the encoded features' weights by column.</summary>
    public IReadOnlyDictionary<string, double>? Spread(double[]? importance)
    {
        if (importance is null) return null;
        var total = importance.Sum();
        var result = new Dictionary<string, double>();
        var at = 0;
        foreach (var column in _columns)
        {
            result[column.Name] = total == 0 ? 0 : importance.AsSpan(at, column.Width).ToArray().Sum() / total;
            at += column.Width;
        }
        return result;
    }

    private Result<float[]> Labels(DataColumn column, int rows)
    {
        var labels = new float[rows];
        var known = Classes?.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => p.i);
        for (var r = 0; r < rows; r++)
        {
            if (known is null)
            {
                labels[r] = column.Numbers?[r] ?? float.NaN;
                if (!float.IsFinite(labels[r]) && _request.Task == LearningTask.Regression)
                    return new Error(ErrorCode.InvalidArgument, $"The label in row {r + 1} is '{column.TextAt(r)}', not a number.");
                continue;
            }
            if (column.TextAt(r) is not { } text || !known.TryGetValue(text, out var number))
                return new Error(ErrorCode.InvalidArgument, $"The label in row {r + 1} is '{column.TextAt(r)}', which is none of the {known.Count} classes seen in training.");
            labels[r] = number;
        }
        return labels;
    }
}
