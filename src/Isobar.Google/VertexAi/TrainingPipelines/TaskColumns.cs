using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Resources;
using Kind = Google.Protobuf.WellKnownTypes.Value.KindOneofCase;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>A transformation that a task's inputs ask for.</summary>
/// <param name="At">Where it stands, such as <c>transformations[2]</c>.</param>
/// <param name="Kind">Such as <c>numeric</c>.</param>
internal sealed record ColumnTransformation(string At, string Kind, string Column);

/// <summary>The columns that a task's inputs name.</summary>
internal static class TaskColumns
{
    private const string Field = TaskInputs.Field;
    private static readonly string[] Kinds = ["auto", "numeric", "categorical", "timestamp", "text"];

    public static string Known(string name, string field, IReadOnlyList<string> columns) =>
        columns.Contains(name) ? name : throw Faults.Invalid($"{Field}.{field}", name, $"the columns are {string.Join(", ", columns.Take(50))}");

    public static IReadOnlyList<ColumnTransformation> Transformations(TaskInputs inputs, IReadOnlyList<string> columns)
    {
        var all = new List<ColumnTransformation>();
        foreach (var (transformation, at) in inputs.List("transformations").Select((t, i) => (t, $"transformations[{i}]")))
        {
            if (transformation.KindCase != Kind.StructValue || transformation.StructValue.Fields.Count != 1) throw Faults.Invalid($"{Field}.{at}", transformation.ToString(), $"an object with one of {string.Join(", ", Kinds)}");
            var (kind, detail) = transformation.StructValue.Fields.First();
            if (!Kinds.Contains(kind)) throw Faults.Unimplemented($"{Field}.{at}: columns of arrays ({kind}) are not supported here.");
            if (DatasetStore.Field(detail, "columnName", "column_name") is not { KindCase: Kind.StringValue, StringValue.Length: > 0 } name) throw Faults.Required($"{Field}.{at}.{kind}.columnName");
            // A time is read in whichever of the usual ways it is written.
            if (DatasetStore.Field(detail, "timeFormat", "time_format") is { StringValue: { Length: > 0 } format }) throw Faults.Unimplemented($"{Field}.{at}.{kind}.timeFormat '{format}' is not supported here: write times as RFC 3339, or leave it out.");
            foreach (var field in detail.StructValue.Fields.Keys.Where(f => f is not ("columnName" or "column_name" or "timeFormat" or "time_format" or "invalidValuesAllowed" or "invalid_values_allowed")))
                throw Faults.Invalid($"{Field}.{at}.{kind}.{field}", null, "columnName, timeFormat and invalidValuesAllowed are known");
            all.Add(new ColumnTransformation(at, kind, Known(name.StringValue, $"{at}.columnName", columns)));
        }
        return all;
    }
}
