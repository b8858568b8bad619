using Isobar.MultiCloud.Failover;

namespace Isobar.MultiCloud.Tests.Failover;

public sealed class RetryBudgetTests
{
    [Fact]
    public void TryWithdraw_ReserveSpent_Refuses()
    {
        var budget = new RetryBudget(0.2, reserve: 3);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => budget.TryWithdraw()));
    }

    [Fact]
    public void Deposit_AfterReserveSpent_AllowsItsShare()
    {
        var budget = new RetryBudget(0.2, reserve: 10);
        while (budget.TryWithdraw()) { }
        for (var i = 0; i < 20; i++) budget.Deposit();
        var allowed = 0;
        while (budget.TryWithdraw()) allowed++;
        Assert.Equal(4, allowed);
    }

    [Fact]
    public void Deposit_LongQuiet_NeverSavesMoreThanTheReserve()
    {
        var budget = new RetryBudget(0.5, reserve: 2);
        for (var i = 0; i < 1000; i++) budget.Deposit();
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => budget.TryWithdraw()));
    }
}
