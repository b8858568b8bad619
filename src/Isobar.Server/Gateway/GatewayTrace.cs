using System.Diagnostics;
using Isobar.Server.Gateway.Dispatch;

namespace Isobar.Server.Gateway;

/// <summary>A span for each prediction, where somebody collects them; the backends' spans hang below it.</summary>
internal static class GatewayTrace
{
    public const string Name = "Isobar.Gateway";
    private static readonly ActivitySource Source = new(Name);

    /// <summary>Begins a span; null where nobody listens.</summary>
    public static Activity? Start(string service) => Source.StartActivity("predict", ActivityKind.Server) is { } activity ? activity.SetTag("isobar.service", service) : null;

    /// <summary>Says who answered.</summary>
    public static void Tell(Activity? activity, in Dispatched dispatched)
    {
        if (activity is null) return;
        activity.SetTag("isobar.backend", dispatched.Backend?.Definition.Name).SetTag("isobar.tries", dispatched.Tries);
        if (dispatched.Reply.Error is { } error) activity.SetStatus(ActivityStatusCode.Error, error.Message);
    }
}
