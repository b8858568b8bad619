using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.Algorithms.Encoding;

/// <summary>One column's encoding: a number (shifted and scaled as asked), or one 0/1 feature a category.</summary>
internal sealed record EncodedColumn(int Index, string Name, IReadOnlyList<string>? Categories, float Mean, float Offset, float Scale)
{
    /// <summary>The terms of a column of running text; it has no categories then.</summary>
    public TextTerms? Terms { get; init; }

    /// <summary>What training rows usually held.</summary>
    public string? Typical { get; init; }

    public int Width => Terms?.Count ?? Categories?.Count ?? 1;

    /// <param name="most">How many of the first rows the mean and the deviation are taken over; 0 for all.</param>
    public static EncodedColumn OfNumbers(int index, DataColumn column, EncodingNeeds needs, int most = 0)
    {
        var seen = most > 0 && most < column.Numbers!.Length ? column.Numbers.AsSpan(0, most) : column.Numbers;
        double sum = 0, squares = 0;
        long count = 0;
        foreach (var x in seen)
        {
            if (!float.IsFinite(x)) continue;
            sum += x;
            count++;
        }
        var mean = count == 0 ? 0 : sum / count;
        foreach (var x in seen)
            if (float.IsFinite(x)) squares += (x - mean) * (x - mean);
        var deviation = count < 2 ? 0 : Math.Sqrt(squares / (count - 1));
        // A constant column carries nothing; dividing by 1 keeps it harmless.
        return new EncodedColumn(index, column.Name, null, (float)mean, needs.Center ? (float)mean : 0, needs.Scale && deviation > 1e-12 ? (float)deviation : 1);
    }

    /// <summary>Says what is wrong with a column that cannot be encoded, or null.</summary>
    public Error? Refuse(DataColumn column, bool impute)
    {
        if (Categories is not null) return null;
        if (column.Texts is { } texts)
        {
            var row = Array.FindIndex(texts, t => t is not null && !float.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
            return new Error(ErrorCode.InvalidArgument, $"The column '{Name}' holds '{(row < 0 ? "?" : texts[row])}' in row {row + 1}, where the training data has numbers.");
        }
        // Trees only compare; sums and distances are lost to an infinite cell.
        var endless = impute ? Array.FindIndex(column.Numbers!, float.IsInfinity) : -1;
        return endless < 0 ? null : new Error(ErrorCode.InvalidArgument, $"The column '{Name}' holds an infinite number in row {endless + 1}; this algorithm takes finite numbers.");
    }

    public void Encode(DataColumn? column, int rows, float[] target, int at, int width, bool impute)
    {
        if (Terms is not null)
        {
            for (var r = 0; r < rows; r++) Terms.Weigh(column?.TextAt(r) ?? "", target.AsSpan(r * width + at, Terms.Count));
            return;
        }
        if (Categories is not null)
        {
            var places = Categories.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => p.i);
            for (var r = 0; r < rows; r++)
                if (column?.TextAt(r) is { } text && places.TryGetValue(text, out var place)) target[r * width + at + place] = 1;
            return;
        }
        for (var r = 0; r < rows; r++)
        {
            var x = column?.Numbers is { } numbers ? numbers[r] : float.NaN;
            if (impute && float.IsNaN(x)) x = Mean;
            target[r * width + at] = (x - Offset) / Scale;
        }
    }

    /// <summary>Adds this column's own input [N, 1] and its encoding [N, Width], or null for a column that is only taken in.</summary>
    public string? AddTo(GraphBuilder graph, string input, bool impute, bool shift)
    {
        if (Terms is not null) return Terms.AddTo(graph, graph.Input(input, TensorProto.Types.DataType.String, 1));
        if (Categories is { } categories)
        {
            var text = graph.Input(input, TensorProto.Types.DataType.String, 1);
            if (categories.Count == 0) return null;
            // An unseen category is none of the known ones: all zeros.
            var hot = graph.AddMl("OneHotEncoder", [text], [1, categories.Count], Attr("cats_strings", categories), Attr("zeros", 1L));
            return graph.Add("Reshape", [hot, graph.Longs([-1, categories.Count], 2)]);
        }
        var x = graph.Input(input, TensorProto.Types.DataType.Float, 1);
        if (impute) x = graph.AddMl("Imputer", [x], [1], Attr("imputed_value_floats", [Mean]), Attr("replaced_value_float", float.NaN));
        return shift ? graph.Add("Div", [graph.Add("Sub", [x, graph.Floats([Offset], 1, 1)]), graph.Floats([Scale], 1, 1)]) : x;
    }
}
