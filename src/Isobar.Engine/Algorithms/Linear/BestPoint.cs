using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>An objective that remembers the lowest point at which it was evaluated.</summary>
internal sealed class BestPoint(Func<Vector<double>, (double, Vector<double>)> goal)
{
    private double _lowest = double.PositiveInfinity;

    public Vector<double>? Point { get; private set; }

    public IObjectiveFunction Function => ObjectiveFunction.Gradient(at =>
    {
        var (value, gradient) = goal(at);
        if (value < _lowest) (_lowest, Point) = (value, at.Clone());
        return (value, gradient);
    });
}
