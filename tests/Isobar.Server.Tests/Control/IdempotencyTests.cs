using System.Text;
using Isobar.MultiCloud.State;
using Isobar.Server.Control;
using Isobar.Server.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Server.Tests.Control;

/// <summary>Two servers over one store, as in a cluster.</summary>
public sealed class IdempotencyTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private LiveServer _server = null!;
    private Idempotency _one = null!, _other = null!;
    private int _done;

    public async ValueTask InitializeAsync()
    {
        _server = await LiveServer.StartAsync();
        var store = _server.Services.GetRequiredService<IControlStore>();
        (_one, _other) = (new Idempotency(store, _time), new Idempotency(store, _time));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Key_AtTwoServersAtTheSameMoment_IsDoneOnceAndAnsweredAlike()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = AskAsync(_one, "k", "body", async () => { begun.SetResult(); await go.Task; });
        await begun.Task;
        var second = AskAsync(_other, "k", "body");
        Assert.False(second.IsCompleted);
        go.SetResult();
        Assert.Equal((200, "done 1", null), await first);
        while (!second.IsCompleted) { _time.Advance(TimeSpan.FromMilliseconds(200)); await Task.Yield(); }
        Assert.Equal((200, "done 1", "true"), await second);
        Assert.Equal(1, _done);
    }

    [Fact]
    public async Task Key_OfALongRequest_IsToldToBeUnderWayAndAnotherBodyIsRefused()
    {
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = AskAsync(_one, "k", "body", async () => { begun.SetResult(); await go.Task; });
        await begun.Task;
        Assert.Equal(422, (await AskAsync(_other, "k", "another body")).Status);
        var second = AskAsync(_other, "k", "body");
        while (!second.IsCompleted) { _time.Advance(TimeSpan.FromSeconds(1)); await Task.Yield(); }
        Assert.Equal(409, (await second).Status);
        go.SetResult();
        Assert.Equal(200, (await first).Status);
    }

    [Fact]
    public async Task Key_WhoseServerDied_IsTakenOverInTime()
    {
        var begun = new TaskCompletionSource();
        _ = AskAsync(_one, "k", "body", async () => { begun.SetResult(); await new TaskCompletionSource().Task; });
        await begun.Task;
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((200, "done 1", null), await AskAsync(_other, "k", "body"));
    }

    [Fact]
    public async Task Key_WhoseRequestFailed_IsFreeAgain()
    {
        await Assert.ThrowsAsync<IOException>(() => AskAsync(_one, "k", "body", () => throw new IOException("the disk is full")));
        Assert.Equal((200, "done 1", null), await AskAsync(_other, "k", "body"));
    }

    [Fact]
    public async Task Key_AfterADay_IsForgotten()
    {
        await AskAsync(_one, "k", "body");
        _time.Advance(TimeSpan.FromHours(25));
        await AskAsync(_one, "other", "body");
        Assert.Single(await _server.Services.GetRequiredService<IControlStore>().ListAsync(Idempotency.Replies));
        Assert.Equal((200, "done 3", null), await AskAsync(_other, "k", "body"));
    }

    private async Task<(int Status, string Body, string? Replayed)> AskAsync(Idempotency idempotency, string key, string body, Func<Task>? work = null)
    {
        using var reply = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = _server.Services };
        http.Request.Method = "POST";
        http.Request.Path = "/v1/somewhere";
        http.Request.Headers["Idempotency-Key"] = key;
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        http.Response.Body = reply;
        var answer = await idempotency.InvokeAsync(EndpointFilterInvocationContext.Create(http), async _ =>
        {
            if (work is not null) await work();
            return Results.Text($"done {Interlocked.Increment(ref _done)}");
        });
        await ((IResult)answer!).ExecuteAsync(http);
        return (http.Response.StatusCode, Encoding.UTF8.GetString(reply.ToArray()), http.Response.Headers["Idempotent-Replayed"].FirstOrDefault());
    }
}
