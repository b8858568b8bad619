namespace Isobar.MultiCloud.Failover;

/// <summary>
/// Bounds second tries to a share of the first ones, with a few to spend when there is little traffic. Without a bound, retries
/// multiply the load on what is left after a failure until that fails too.
/// </summary>
/// <param name="share">Second tries per first try, such as 0.2.</param>
/// <param name="reserve">Second tries that may be spent at once, however few first ones there were.</param>
public sealed class RetryBudget(double share, int reserve)
{
    // Thousandths of a try, so that one interlocked addition does.
    private const int Unit = 1000;
    private readonly long _deposit = (long)(share * Unit);
    private readonly long _capacity = (long)reserve * Unit;
    private long _balance = (long)reserve * Unit;

    /// <summary>Tells of a first try.</summary>
    public void Deposit()
    {
        // Full most of the time: then nothing is written, and processors do not fight for the line.
        if (Volatile.Read(ref _balance) >= _capacity) return;
        if (Interlocked.Add(ref _balance, _deposit) > _capacity) Interlocked.Exchange(ref _balance, _capacity);
    }

    /// <summary>Takes one second try; false when none is left.</summary>
    public bool TryWithdraw()
    {
        var balance = Volatile.Read(ref _balance);
        while (balance >= Unit)
        {
            var seen = Interlocked.CompareExchange(ref _balance, balance - Unit, balance);
            if (seen == balance) return true;
            balance = seen;
        }
        return false;
    }
}
