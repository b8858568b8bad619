using Spectre.Console;

namespace Isobar.Cli.Demo;

/// <summary>A terminal, or a file that is read like one.</summary>
internal sealed class TerminalStage : IDemoStage
{
    private static readonly Color[] Colours = [Color.SteelBlue1, Color.Orange1, Color.Green];

    public bool Json => false;

    public void Step(int number, string title)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLine($"[bold steelblue1]{number}[/] [bold]{title.EscapeMarkup()}[/]");
    }

    // Not through the rich console, which would break a long address in two.
    public void Say(string text) => Console.WriteLine("  " + text);

    public void Figure(string name, double value, string text, string? cloud) => Say(text);

    public void Table(string name, string[] headings, IReadOnlyList<string[]> rows) => AnsiConsole.Write(new Padder(Output.Table(headings, rows), new Padding(2, 0, 0, 0)));

    public void Bars(string name, IReadOnlyList<(string Cloud, IReadOnlyList<(string Label, double Value)> Bars)> groups)
    {
        var chart = new BarChart().Width(64);
        foreach (var (i, (cloud, bars)) in groups.Index())
            foreach (var bar in bars) chart.AddItem($"{cloud} {bar.Label}".EscapeMarkup(), bar.Value, Colours[i % Colours.Length]);
        AnsiConsole.Write(new Padder(chart, new Padding(2, 0, 0, 0)));
    }
}
