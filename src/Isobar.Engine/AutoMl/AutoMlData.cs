using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Encoding;

namespace Isobar.Engine.AutoMl;

/// <summary>The rows of a search, encoded once for each kind of need. Encodings look at features alone, never at labels: learning them before the folds are cut gives nothing away.</summary>
internal sealed class AutoMlData(TrainingRequest request, DataTable table)
{
    private readonly Dictionary<EncodingNeeds, (FeatureEncoder Encoder, Matrix Matrix)> _encoded = [];

    public DataTable Table => table;
    public TrainingRequest Request => request;

    public Result<(FeatureEncoder Encoder, Matrix Matrix)> Encoded(EncodingNeeds needs)
    {
        if (_encoded.TryGetValue(needs, out var known)) return known;
        if (!FeatureEncoder.Learn(table, request, needs).TryGet(out var encoder, out var error)) return error;
        if (!encoder.Encode(table).TryGet(out var matrix, out error)) return error;
        return _encoded[needs] = (encoder, matrix);
    }
}
