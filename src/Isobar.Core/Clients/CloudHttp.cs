using Isobar.Core.Results;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Isobar.Core.Clients;

/// <summary>What the clients of all clouds do alike over HTTP: what is repeated, what is timed out, and which failures are expected.</summary>
public static class CloudHttp
{
    private static readonly TimeSpan TransferLimit = TimeSpan.FromMinutes(15);

    /// <summary>Adds a cloud's three HTTP clients. What can be repeated safely is retried, all calls are timed out.</summary>
    /// <param name="once">The client of calls that must happen once.</param>
    /// <param name="repeatable">The client of calls that may be repeated.</param>
    /// <param name="transfer">The client of objects, which may be repeated and may take a quarter of an hour.</param>
    /// <param name="timeout">The longest that a call of the first two may take, per attempt.</param>
    public static IServiceCollection AddCloudHttp(this IServiceCollection services, string once, string repeatable, string transfer, TimeSpan timeout)
    {
        services.AddHttpClient(once, http => http.Timeout = timeout);
        services.AddHttpClient(repeatable, http => http.Timeout = Timeout.InfiniteTimeSpan).AddStandardResilienceHandler(o => Limit(o, timeout));
        services.AddHttpClient(transfer, http => http.Timeout = Timeout.InfiniteTimeSpan).AddStandardResilienceHandler(o => Limit(o, TransferLimit));
        return services;
    }

    /// <summary>Authenticates and sends. A failure to connect or to answer in time is an expected failure; so is any status but a success.</summary>
    /// <param name="cloud">Whom it is sent to, as an error names it.</param>
    /// <param name="authenticate">Makes the request the caller's own; what it throws beyond the failures named here is the caller's to catch.</param>
    /// <param name="readFault">Reads the cloud's own error.</param>
    public static async Task<Result<HttpResponseMessage>> SendAsync(
        HttpClient http, HttpRequestMessage request, object cloud, Func<Task> authenticate, Func<HttpResponseMessage, CancellationToken, Task<Error>> readFault, CancellationToken ct)
    {
        try
        {
            await authenticate().ConfigureAwait(false);
            var reply = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
            if (reply.IsSuccessStatusCode) return reply;
            using (reply) return await readFault(reply, ct).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            return new Error(ErrorCode.Unavailable, $"{cloud} cannot be reached: {e.Message}");
        }
        catch (Exception e) when (e is TimeoutRejectedException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return new Error(ErrorCode.DeadlineExceeded, $"{cloud} did not answer in time.");
        }
        catch (BrokenCircuitException)
        {
            return new Error(ErrorCode.Unavailable, $"{cloud} has failed too often of late; it is left alone for some seconds.");
        }
    }

    private static void Limit(HttpStandardResilienceOptions options, TimeSpan attempt)
    {
        options.AttemptTimeout.Timeout = attempt;
        options.TotalRequestTimeout.Timeout = attempt * 2;
        options.CircuitBreaker.SamplingDuration = attempt * 2;
    }
}
