using Microsoft.ML;
using Microsoft.ML.Data;

namespace Isobar.Engine.Algorithms;

/// <summary>Encoded rows as ML.NET sees them: columns <c>Features</c>, <c>Label</c> and <c>Weight</c>.</summary>
internal static class MlData
{
    public static IDataView Of(MLContext ml, Matrix matrix, Func<float, bool>? flag = null)
    {
        var rows = Enumerable.Range(0, matrix.Rows).Select(r => new Row
        {
            Features = matrix.Row(r).ToArray(),
            Number = matrix.Labels?[r] ?? 0,
            Flag = flag is not null && flag(matrix.Labels![r]),
            Weight = matrix.Weights?[r] ?? 1,
        });
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, matrix.Columns);
        schema[flag is null ? nameof(Row.Number) : nameof(Row.Flag)].ColumnName = "Label";
        return ml.Data.LoadFromEnumerable(rows, schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
        public float Number { get; set; }
        public bool Flag { get; set; }
        public float Weight { get; set; }
    }
}
