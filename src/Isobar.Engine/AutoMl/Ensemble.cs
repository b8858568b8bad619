namespace Isobar.Engine.AutoMl;

/// <summary>A member, its weight, and the models that it predicts by: one of all rows, or those of the folds, whose mean counts.</summary>
internal sealed record Member(Candidate Candidate, double Weight)
{
    /// <summary>The part of its weight that counts as the member said it, however sure the others are made.</summary>
    public double Voice { get; init; }

    /// <summary>The model of all rows; null: the folds' models serve.</summary>
    public FoldModel? Whole { get; init; }

    public IReadOnlyList<FoldModel> Serving => Whole is { } whole ? [whole] : Candidate.Models;
}

/// <summary>What a search comes to: the weighted mean of its members, and for classes how much surer than that mean it is.</summary>
/// <param name="Members">Their weights sum to 1.</param>
/// <param name="Sharpness">The power that each probability of the mean without voices is raised to before they are made to sum to 1 again; 1 leaves them.</param>
internal sealed record Ensemble(IReadOnlyList<Member> Members, double Sharpness)
{
    public IReadOnlyList<double> Weights => [.. Members.Select(m => m.Weight)];

    /// <summary>The prediction from the members' own, in their order.</summary>
    public float[] Predict(IReadOnlyList<float[]> parts, int classes)
    {
        if (Sharpness == 1) return EnsembleSelection.Mean(parts, [.. Weights]);
        var sharp = Sharpen(Unvoiced(parts), classes, Sharpness);
        var voices = Members.Sum(m => m.Voice);
        return voices == 0 ? sharp : EnsembleSelection.Mean([sharp, .. parts], [1 - voices, .. Members.Select(m => m.Voice)]);
    }

    /// <summary>What the members say without the voices, which is what sharpening is about.</summary>
    public float[] Unvoiced(IReadOnlyList<float[]> parts)
    {
        var rest = 1 - Members.Sum(m => m.Voice);
        return EnsembleSelection.Mean(parts, [.. Members.Select(m => (m.Weight - m.Voice) / rest)]);
    }

    public static float[] Sharpen(float[] probabilities, int classes, double sharpness)
    {
        if (sharpness == 1 || classes < 2) return probabilities;
        var sharp = new float[probabilities.Length];
        for (var at = 0; at < sharp.Length; at += classes)
        {
            double sum = 0;
            for (var c = 0; c < classes; c++) sum += Math.Pow(probabilities[at + c], sharpness);
            for (var c = 0; c < classes; c++) sharp[at + c] = (float)(Math.Pow(probabilities[at + c], sharpness) / sum);
        }
        return sharp;
    }
}
