namespace Isobar.Server.Dashboard.Live;

/// <summary>Whether this window is brought up to date by itself; its owner may hold it still.</summary>
internal sealed class Follow
{
    public bool On { get; set; } = true;
}
