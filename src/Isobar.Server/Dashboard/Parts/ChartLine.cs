namespace Isobar.Server.Dashboard.Parts;

/// <summary>A line, an area or the columns of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Colour">A colour of the stylesheet.</param>
/// <param name="Points">From left to right.</param>
public sealed record ChartLine(string Name, string Colour, IReadOnlyList<ChartPoint> Points);

/// <summary>A value, and where it stands.</summary>
/// <param name="At">A <see cref="DateTime"/>, a <see cref="double"/> or a word; the same kind all along a chart.</param>
public sealed record ChartPoint(object At, double Value)
{
    /// <summary>Where it stands in time: an axis asks for the type of what it is drawn by.</summary>
    public DateTime Time => At is DateTime time ? time : default;

    /// <summary>Where it stands among numbers.</summary>
    public double Number => At is double number ? number : 0;

    /// <summary>The word that it stands at.</summary>
    public string Word => At.ToString() ?? "";
}
