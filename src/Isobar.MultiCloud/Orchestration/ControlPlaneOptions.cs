namespace Isobar.MultiCloud.Orchestration;

/// <summary>How the control plane works.</summary>
public sealed record ControlPlaneOptions
{
    /// <summary>The folder of its artifacts and of its signing key.</summary>
    public required string Directory { get; init; }
    /// <summary>How often it looks at what is under way. Default a quarter of a second.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(250);
    /// <summary>How often it looks whether what was reached is still so. Default 5 s.</summary>
    public TimeSpan DriftEvery { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>How long a cloud that failed is left alone. Default 2 minutes.</summary>
    public TimeSpan BlockFor { get; init; } = TimeSpan.FromMinutes(2);
    /// <summary>How long an endpoint must have had too much to do before it gets more instances. Default 5 s.</summary>
    public TimeSpan ScaleUpAfter { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>How long an endpoint must have had too little to do before it loses instances. Default 3 minutes.</summary>
    public TimeSpan ScaleDownAfter { get; init; } = TimeSpan.FromMinutes(3);
    /// <summary>How often the checkpoints of a running job are brought home. Default 15 s.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(15);
    /// <summary>How often a cloud is asked what its monitoring has found. Default one minute.</summary>
    public TimeSpan MonitorEvery { get; init; } = TimeSpan.FromMinutes(1);
    /// <summary>How long an endpoint must have been asked nothing to be called idle. Default one hour.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromHours(1);
    /// <summary>How long an endpoint must have stood for a commitment to be worth a thought. Default 14 days.</summary>
    public TimeSpan CommitAfter { get; init; } = TimeSpan.FromDays(14);
    /// <summary>How long one call to a cloud may take. Default 30 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
