using Isobar.Aws.Protocols;
using Isobar.Core.Support;
using Isobar.Engine.Metering;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Isobar.Aws.S3;

/// <summary>Amazon S3's REST protocol over the engine's object store. It takes whatever no other service claims: its paths can be anything.</summary>
internal sealed class S3Emulator(IObjectStore objects, TimeProvider time, ILogger<S3Emulator> log, IMeter? meter = null) : IAwsService
{
    public string Name => AwsEmulator.FallbackName;

    public IReadOnlyList<OperationSupport> Support => S3Routes.Support;

    /// <summary>Whether a request is S3's: signed for it, addressed to it, or unsigned without another protocol's marks.</summary>
    public bool Matches(AwsRequest request) => request.Scope is { } scope
        ? scope.Service is "s3" or "s3express"
        : S3Target.IsS3Host(request.Http.Request.Host.Host) || (request.Target is null && request.Form is null);

    public async Task HandleAsync(AwsRequest request)
    {
        var context = request.Http;
        // Objects are as large as S3 allows and as slow as the client: the limits meant for documents would cut them off.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;

        var call = Begin(request);
        var error = await AnswerAsync(call).ConfigureAwait(false);
        if (error is not null) await WriteErrorAsync(call, error).ConfigureAwait(false);
    }

    public Task RefuseAsync(AwsRequest request, AwsError error) => WriteErrorAsync(Begin(request), new S3Error(error.Code, error.Status, error.Message));

    private S3Call Begin(AwsRequest request)
    {
        var call = new S3Call(request, S3Target.Of(request.Http.Request), objects, time);
        call.Response.Headers["x-amz-request-id"] = call.RequestId;
        call.Response.Headers["x-amz-id-2"] = call.HostId;
        call.Response.Headers.Server = "AmazonS3";
        return call;
    }

    private async Task<S3Error?> AnswerAsync(S3Call call)
    {
        try
        {
            if (PresignedUrl.Check(call) is { } expired) return expired;
            if (RequestTerms.CheckOwner(call) is { } foreign) return foreign;
            if (S3Routes.Find(call) is not { } route) return S3Error.MethodNotAllowed;
            if (route.Handler is null) return S3Error.NotImplemented(route.Operation);
            var error = await route.Handler(call).ConfigureAwait(false);
            if (meter is not null) S3Usage.Post(meter, call, route);
            return error;
        }
        catch (S3BodyException e)
        {
            return e.Error;
        }
        catch (OperationCanceledException) when (call.Aborted.IsCancellationRequested)
        {
            return null;
        }
        catch (BadHttpRequestException)
        {
            // The client went away or sent fewer bytes than its Content-Length.
            return S3Error.IncompleteBody;
        }
        catch (Exception e) when (!call.Response.HasStarted)
        {
            log.LogError(e, "{Method} {Resource} failed", call.Request.Method, call.Resource);
            return new S3Error("InternalError", 500, "We encountered an internal error. Please try again.");
        }
    }

    private static async Task WriteErrorAsync(S3Call call, S3Error error)
    {
        if (call.Response.HasStarted)
        {
            call.Http.Abort();
            return;
        }
        foreach (var (name, value) in error.Headers) call.Response.Headers[name] = value;
        call.Response.StatusCode = error.Status;
        if (call.Request.Method == "HEAD" || error.Status == 304) return;
        await S3Xml.WriteAsync(call, "Error", xml =>
        {
            xml.WriteElementString("Code", error.Code);
            xml.WriteElementString("Message", error.Message);
            foreach (var (name, value) in error.Details) xml.WriteElementString(name, value);
            xml.WriteElementString("Resource", call.Resource);
            xml.WriteElementString("RequestId", call.RequestId);
            xml.WriteElementString("HostId", call.HostId);
        }, error.Status, ns: null).ConfigureAwait(false);
    }
}
