namespace Isobar.MultiCloud.Failover;

/// <summary>What active health checks have found: it takes several of one kind in a row to change it.</summary>
public sealed class ProbeState(int failuresToFall, int successesToRise)
{
    private volatile bool _down;
    private int _inRow;

    /// <summary>Whether the backend counts as up; so it does before its first check.</summary>
    public bool IsUp => !_down;

    /// <summary>Why the last check failed; null when it did not.</summary>
    public string? Reason { get; private set; }

    /// <summary>Tells of a check, from one caller at a time; true when the state changed.</summary>
    public bool Tell(string? failure)
    {
        Reason = failure;
        var up = failure is null;
        if (up == IsUp)
        {
            _inRow = 0;
            return false;
        }
        if (++_inRow < (up ? successesToRise : failuresToFall)) return false;
        _inRow = 0;
        _down = !up;
        return true;
    }
}
