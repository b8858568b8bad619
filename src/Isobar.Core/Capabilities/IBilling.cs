using Isobar.Core.Results;

namespace Isobar.Core.Capabilities;

/// <summary>What an account was billed for.</summary>
/// <param name="Day">The day that it was used, in UTC.</param>
/// <param name="Service">The service, in the vendor's words.</param>
/// <param name="What">What of it: the kind of usage, or the resource.</param>
/// <param name="Amount">Before taxes, in <paramref name="Currency"/>.</param>
/// <param name="Currency">As ISO 4217 has it.</param>
public sealed record BilledCost(DateOnly Day, string Service, string What, decimal Amount, string Currency);

/// <summary>The vendor's own account of what was spent. It is hours behind, and each question of it may cost money: whoever asks keeps the answer.</summary>
public interface IBilling
{
    /// <summary>What was billed, day by day.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The day behind the last.</param>
    Task<Result<IReadOnlyList<BilledCost>>> ReadAsync(DateOnly from, DateOnly to, CancellationToken ct = default);
}
