using Isobar.MultiCloud.Placement;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>What stands now, and a placement heeds.</summary>
/// <param name="Quotas">What accounts may have at once.</param>
public sealed record Circumstances(IReadOnlyList<Quota> Quotas)
{
    /// <summary>Clouds that training may not use now.</summary>
    public IReadOnlyList<string> Blocked { get; init; } = [];
    /// <summary>Machines that training may not use now.</summary>
    public IReadOnlyList<Block> Machines { get; init; } = [];
    /// <summary>Models whose training is done: they are placed no more, and what they left lies with the control plane.</summary>
    public IReadOnlyCollection<string> Trained { get; init; } = [];
}
