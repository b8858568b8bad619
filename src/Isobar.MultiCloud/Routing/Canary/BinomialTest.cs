using MathNet.Numerics;

namespace Isobar.MultiCloud.Routing.Canary;

/// <summary>Whether there are more failures than a share allows.</summary>
internal static class BinomialTest
{
    /// <summary>The chance of this many failures or more, were each request to fail with this chance.</summary>
    public static double AtLeast(long failed, long total, double share) =>
        failed == 0 || share >= 1 ? 1 : share <= 0 ? 0 : SpecialFunctions.BetaRegularized(failed, total - failed + 1.0, share);
}
