namespace Isobar.MultiCloud.Orchestration;

/// <summary>Decides which server of a cluster looks after a project. A server on its own has none and looks after all.</summary>
public interface IProjectTurns
{
    /// <summary>Whether this server does what one alone must do for all projects. While servers disagree of who is there, two may think so, or none.</summary>
    bool Leads { get; }

    /// <summary>Has the one server that owns the project look at it (<see cref="Reconciler.LookAtAsync(string)"/>), wherever that is; another takes over where it has died.</summary>
    Task LookAsync(string project, CancellationToken ct = default);
}
