using System.Diagnostics;

namespace Isobar.Engine.Serving;

/// <summary>A span for each invocation, where somebody collects them: the innermost of a trace that began at a gateway.</summary>
public static class ServingTrace
{
    /// <summary>What a collector subscribes to.</summary>
    public const string Name = "Isobar.Engine";
    private static readonly ActivitySource Source = new(Name);

    /// <summary>Whether anybody listens; without that an invocation costs nothing more.</summary>
    internal static bool IsOn => Source.HasListeners();

    internal static Activity? Start(string endpoint) => Source.StartActivity("invoke")?.SetTag("isobar.endpoint", endpoint);

    internal static void Tell(Activity? activity, InvocationReply reply)
    {
        if (reply.Error is { } error) activity?.SetStatus(ActivityStatusCode.Error, error.Code.ToString());
    }
}
