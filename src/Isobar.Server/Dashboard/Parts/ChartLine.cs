namespace Isobar.Server.Dashboard.Parts;

/// <summary>A line, an area or the columns of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Colour">A colour of the stylesheet.</param>
/// <param name="Points">From left to right.</param>
public sealed record ChartLine(string Name, string Colour, IReadOnlyList<ChartPoint> Points);

/// <summary>A value, and where it stands.</summary>
/// <param name="At">A <see cref="DateTime"/>, a number or a word; the same kind all along a chart.</param>
public sealed record ChartPoint(object At, double Value);
