using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>Nobody listens: a fold's rounds are nobody's metrics; the candidate's are.</summary>
internal sealed class Quiet : ITrainingProgress
{
    public static readonly Quiet Instance = new();

    public void Metric(string name, double value, int? step) { /* See above. */ }

    public void Log(string line) { /* See above. */ }
}
