using Isobar.Aws.Protocols;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Isobar.Aws;

/// <summary>
/// The AWS port: finds the service that a request is meant for and lets it answer.
/// 1. Invocations are told by method and path alone. 2. A query request's form is parsed. 3. The first service that claims the request takes it:
/// by X-Amz-Target, by form and signing name, by host or by path. 4. What is signed for a service that is not here is answered in its own protocol.
/// 5. All else is S3's, whose paths can be anything.
/// </summary>
internal sealed partial class AwsEmulator
{
    private readonly IAwsHotService[] _hot;
    private readonly IAwsService[] _services;
    private readonly IAwsService _fallback;
    private readonly UnknownService _unknown = new();
    private readonly IRequestAuthenticator _authenticator;
    private readonly ILogger<AwsEmulator> _logger;

    public AwsEmulator(IEnumerable<IAwsService> services, IRequestAuthenticator authenticator, ILogger<AwsEmulator> logger)
    {
        var all = services.ToList();
        (_authenticator, _logger) = (authenticator, logger);
        _hot = [.. all.OfType<IAwsHotService>()];
        _fallback = all.FirstOrDefault(s => s.Name == FallbackName) ?? _unknown;
        _services = [.. all.Where(s => s.Name != FallbackName)];
    }

    /// <summary>The service that takes what no other claims.</summary>
    public const string FallbackName = "S3";

    public async Task HandleAsync(HttpContext http)
    {
        var request = new AwsRequest(http);
        http.Response.Headers["x-amzn-RequestId"] = request.RequestId;
        IAwsService service = _unknown;
        try
        {
            var path = http.Request.Path.Value ?? "/";
            foreach (var hot in _hot)
            {
                if (!hot.MatchesPath(http.Request.Method, path)) continue;
                await AnswerAsync(service = hot, request);
                return;
            }
            if (await request.ParseFormAsync() is { } tooLarge)
            {
                await _unknown.RefuseAsync(request, tooLarge);
                return;
            }
            service = Find(request);
            await AnswerAsync(service, request);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await service.RefuseAsync(request, new("BadRequest", e.Message, e.StatusCode));
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            LogFault(e, service.Name, http.Request.Method, http.Request.Path);
            await service.RefuseAsync(request, new("InternalFailure", "An internal error occurred; the server's log has it under this request id.", 500));
        }
    }

    private IAwsService Find(AwsRequest request)
    {
        foreach (var service in _services)
        {
            if (service.Matches(request)) return service;
        }
        return _unknown.Matches(request) ? _unknown : _fallback;
    }

    private async Task AnswerAsync(IAwsService service, AwsRequest request)
    {
        var (caller, refusal) = await _authenticator.AuthenticateAsync(request);
        if (refusal is not null)
        {
            await service.RefuseAsync(request, refusal);
            return;
        }
        request.Caller = caller!;
        await service.HandleAsync(request);
    }

    [LoggerMessage(LogLevel.Error, "The {service} emulator failed at {method} {path}")]
    private partial void LogFault(Exception exception, string service, string method, string? path);
}
