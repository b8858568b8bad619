namespace Isobar.Cli.Demo;

/// <summary>Where the demo shows what it does.</summary>
internal interface IDemoStage
{
    /// <summary>Whether a script reads along.</summary>
    bool Json { get; }
    void Step(int number, string title);
    void Say(string text);
    /// <summary>A figure that the tour leads to, and the sentence that tells it.</summary>
    /// <param name="cloud">Whose it is; null: of all of them.</param>
    void Figure(string name, double value, string text, string? cloud = null);
    void Table(string name, string[] headings, IReadOnlyList<string[]> rows);
    /// <summary>Amounts side by side, by cloud.</summary>
    void Bars(string name, IReadOnlyList<(string Cloud, IReadOnlyList<(string Label, double Value)> Bars)> groups);
}
