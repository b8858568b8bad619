using System.Globalization;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Algorithms.Scoring;
using Isobar.Engine.AutoMl;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Tests.AutoMl;

/// <summary>What is served is what was chosen.</summary>
public sealed class EnsembleGraphTests : IDisposable
{
    private const int Rows = 60, Classes = 3;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Write_MembersWithVoices_PredictsAsTheEnsembleDoes(double sharpness)
    {
        Directory.CreateDirectory(_folder["in/train"]);
        await File.WriteAllLinesAsync(_folder["in/train/rows.csv"], Enumerable.Range(0, Rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 7 + 0.3 * (i % Classes)},{i % 5 - 0.8 * (i % Classes)},c{i % Classes}")).Prepend("a,b,kind"), TestContext.Current.CancellationToken);
        var request = new TrainingRequest { Algorithm = "automl", Task = LearningTask.Multiclass, Layout = new DataLayout { Format = DataFormat.CsvWithHeader, Label = "kind" } };
        var input = (await AutoMlInput.ReadAsync(new TableRows(), request, _folder["in"], Quiet.Instance, TestContext.Current.CancellationToken)).Value;
        var data = new AutoMlData(request, input.Table);
        var encoder = data.Encoded(new EncodingNeeds(false, false, false)).Value.Encoder;
        var folds = Folds.Draw(3, 0, 0, data.Encoded(new EncodingNeeds(false, false, false)).Value.Matrix, LearningTask.Multiclass, seed: 1);
        Member Fit(string algorithm, double weight, double voice) => new(Candidate.Fit(new CandidateSpec(algorithm, algorithm, new Dictionary<string, string>()), data, folds, TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None).Value, weight) { Voice = voice };
        // One with a voice beside its weight, one without, and one that is a voice and nothing else.
        var ensemble = new Ensemble([Fit("logistic", 0.5, 0.1), Fit("boosted-trees", 0.3, 0), Fit("k-nearest-neighbours", 0.2, 0.2)], sharpness);

        var served = Run(EnsembleGraph.Write(ensemble, data).Value, encoder, input.Table);

        var parts = ensemble.Members.Select(m => Mean([.. m.Candidate.Models.Select(model => Ask(model, data.Encoded(m.Candidate.Needs).Value.Matrix))])).ToList();
        var expected = ensemble.Predict(parts, Classes);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], served[i], 1e-5);
        Assert.All(served.Chunk(Classes), row => Assert.Equal(1, row.Sum(), 1e-5));
    }

    private static float[] Ask(FoldModel model, Matrix rows)
    {
        using var session = model.Open();
        return model.Predict(session, rows, Classes);
    }

    private static float[] Mean(IReadOnlyList<float[]> each) => [.. each[0].Select((_, i) => each.Average(e => e[i]))];

    private static float[] Run(byte[] onnx, FeatureEncoder encoder, DataTable table)
    {
        using var session = new InferenceSession(onnx);
        var inputs = RawInputs.Of(encoder.ModelColumns, table, 0, table.Rows);
        using var options = new RunOptions();
        using var results = session.Run(options, [.. inputs.Keys], [.. inputs.Values], ["probabilities"]);
        foreach (var value in inputs.Values) value.Dispose();
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
