using MathNet.Numerics;

namespace Isobar.MultiCloud.Routing.Canary;

/// <summary>Fisher's exact test, one-sided: it holds for few failures too, where the normal approximation does not.</summary>
internal static class FisherTest
{
    /// <summary>The chance that, were both sides equally good, the first had this many failures or more.</summary>
    public static double Worse(long failed, long total, long otherFailed, long otherTotal)
    {
        var (failures, all) = (failed + otherFailed, total + otherTotal);
        if (total == 0 || otherTotal == 0 || failures == 0) return 1;
        double sum = 0;
        var fixedPart = LogChoose(all, failures);
        for (var k = failed; k <= Math.Min(failures, total); k++)
        {
            if (failures - k > otherTotal) continue;
            var term = Math.Exp(LogChoose(total, k) + LogChoose(otherTotal, failures - k) - fixedPart);
            sum += term;
            // Past the mode the terms only shrink; what follows is below what a double can add.
            if (term < sum * 1e-17 && k > failed) break;
        }
        return Math.Min(1, sum);
    }

    private static double LogChoose(long n, long k) => SpecialFunctions.GammaLn(n + 1.0) - SpecialFunctions.GammaLn(k + 1.0) - SpecialFunctions.GammaLn(n - k + 1.0);
}
