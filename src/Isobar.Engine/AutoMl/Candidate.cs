using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Encoding;

namespace Isobar.Engine.AutoMl;

/// <summary>A fitted candidate: a model a fold, whose mean it predicts, and what those said of the rows held out from them.</summary>
/// <param name="HeldOut">Predictions in the order of <see cref="Folds.HeldOut"/>.</param>
/// <param name="Measures">Every measure, fold by fold.</param>
internal sealed record Candidate(CandidateSpec Spec, EncodingNeeds Needs, IReadOnlyList<FoldModel> Models, float[] HeldOut, IReadOnlyList<IReadOnlyDictionary<string, double>> Measures, TimeSpan Duration)
{
    // 1. cut the fold; 2. fit; 3. write the graph and predict what was held out; 4. measure.
    public static Result<Candidate> Fit(CandidateSpec spec, AutoMlData data, Folds folds, TimeProvider time, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var algorithm = AlgorithmCatalog.Find(spec.Algorithm)!;
        if (!HyperParameterValues.Check(algorithm.HyperParameters, spec.HyperParameters).TryGet(out var values, out var error)) return error;
        if (!data.Encoded(algorithm.Needs).TryGet(out var encoded, out error)) return error;
        var request = data.Request with { Algorithm = spec.Algorithm, HyperParameters = spec.HyperParameters };
        var classes = encoded.Encoder.Classes?.Count ?? 1;
        var models = new List<FoldModel>();
        var heldOut = new List<float>();
        var measures = new List<IReadOnlyDictionary<string, double>>();
        for (var fold = 0; fold < folds.Count; fold++)
        {
            ct.ThrowIfCancellationRequested();
            // 1.
            Matrix train = encoded.Matrix.Pick(folds.Training(fold)), validation = encoded.Matrix.Pick(folds.Validation(fold));
            // 2.
            var context = new FitContext(request, values, train, validation, encoded.Encoder.Classes, Quiet.Instance, null);
            if (!algorithm.Fit(context, ct).TryGet(out var fitted, out error)) return error;
            // 3.
            var model = FoldModel.Of(fitted, context);
            using var session = model.Open();
            var predicted = model.Predict(session, validation, classes);
            if (predicted.Any(p => !float.IsFinite(p))) return new Error(ErrorCode.Internal, "The fit did not converge: it predicts what is no number.");
            models.Add(model);
            heldOut.AddRange(predicted);
            // 4.
            measures.Add(Objective.Measure(validation.Labels!, predicted, classes));
        }
        return new Candidate(spec, algorithm.Needs, models, [.. heldOut], measures, time.GetElapsedTime(started));
    }

    internal sealed class Quiet : ITrainingProgress
    {
        public static readonly Quiet Instance = new();

        public void Metric(string name, double value, int? step) { /* A fold's rounds are nobody's metrics; the candidate's are. */ }

        public void Log(string line) { /* As above. */ }
    }
}
