using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Algorithms.Trees;

namespace Isobar.Engine.AutoMl;

/// <summary>Fits a candidate on some of the rows and asks it about others.</summary>
internal sealed class CandidateFit
{
    private const string KeepOnStop = "keep_on_stop", Patience = "early_stopping_rounds";

    private readonly CandidateSpec _spec;
    private readonly IAlgorithm _algorithm;
    private readonly HyperParameterValues _values;
    private readonly TrainingRequest _request;
    private readonly FeatureEncoder _encoder;
    private readonly Matrix _matrix;

    private CandidateFit(CandidateSpec spec, IAlgorithm algorithm, HyperParameterValues values, TrainingRequest request, FeatureEncoder encoder, Matrix matrix) =>
        (_spec, _algorithm, _values, _request, _encoder, _matrix) = (spec, algorithm, values, request, encoder, matrix);

    public EncodingNeeds Needs => _algorithm.Needs;
    public float[] Labels => _matrix.Labels!;
    public int Classes => _encoder.Classes?.Count ?? 1;
    public int Rows => _matrix.Rows;

    /// <summary>Whether a fit that is stopped has a model all the same.</summary>
    public bool KeepsOnStop => _values.All.ContainsKey(KeepOnStop);

    private bool StopsEarly => _values.All.ContainsKey(Patience) && _values.Int(Patience) > 0;

    public static Result<CandidateFit> Of(CandidateSpec spec, AutoMlData data)
    {
        var algorithm = AlgorithmCatalog.Find(spec.Algorithm)!;
        var given = new Dictionary<string, string>(spec.HyperParameters);
        if (algorithm.HyperParameters.Any(p => p.Name == KeepOnStop)) given[KeepOnStop] = "true";
        if (!HyperParameterValues.Check(algorithm.HyperParameters, given).TryGet(out var values, out var error)) return error;
        if (!data.Encoded(algorithm.Needs).TryGet(out var encoded, out error)) return error;
        return new CandidateFit(spec, algorithm, values, data.Request with { Algorithm = spec.Algorithm, HyperParameters = given }, encoded.Encoder, encoded.Matrix);
    }

    // 1. cut; 2. turn categories into means where asked for; 3. fit.
    /// <param name="all">Whether trees keep all their rounds, for <see cref="BoostingLength"/> to choose among.</param>
    public Result<Fitted> Run(IReadOnlyList<int> fitted, IReadOnlyList<int> heldOut, bool all, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        // 1.
        Matrix train = _matrix.Pick(fitted), validation = _matrix.Pick(heldOut);
        // 2.
        CategoryMeans? means = null;
        var (seen, watched) = (train, validation);
        if (_spec.CategoryMeans && _encoder.CategorySpans is { Count: > 0 } spans)
        {
            (means, seen) = CategoryMeans.Learn(train, spans, Classes, _request.Seed);
            watched = means.Apply(validation);
        }
        // 3.
        List<double>? rounds = all && StopsEarly && heldOut.Count > 0 ? [] : null;
        var context = new FitContext(_request, _values, seen, heldOut.Count > 0 ? watched : null, _encoder.Classes, Quiet.Instance, null) { Watched = false, Rounds = rounds };
        return _algorithm.Fit(context, ct).Map(model => new Fitted(model, context, train.Columns, means, rounds ?? []));
    }

    /// <summary>Writes the graph of a fit and predicts what was held out from it.</summary>
    /// <param name="length">Rounds of boosting that count; null for all there are.</param>
    public Result<(FoldModel Model, float[] HeldOut)> Finish(Fitted fitted, IReadOnlyList<int> heldOut, int? length)
    {
        var model = length is { } most && fitted.Model is BoostedTreesModel trees ? trees with { Ensemble = trees.Ensemble.First(most) } : fitted.Model;
        var written = FoldModel.Of(model, fitted.Context, fitted.Columns, fitted.Means);
        if (heldOut.Count == 0) return (written, []);
        using var session = written.Open();
        var predicted = written.Predict(session, _matrix.Pick(heldOut), Classes);
        return predicted.Any(p => !float.IsFinite(p)) ? new Error(ErrorCode.Internal, "The fit did not converge: it predicts what is no number.") : (written, predicted);
    }
}

/// <summary>A model that is fitted and not yet written.</summary>
/// <param name="Columns">Encoded features.</param>
/// <param name="Means">What those go through first; null: nothing.</param>
/// <param name="Rounds">What the rows held out said after each round of boosting; empty where nobody is to choose among them.</param>
internal sealed record Fitted(IFittedModel Model, FitContext Context, int Columns, CategoryMeans? Means, IReadOnlyList<double> Rounds);
