namespace Isobar.Aws.SageMakerRuntime;

/// <summary>Which of the three operations a path names.</summary>
internal enum RuntimeOperation
{
    None,
    Invoke,
    InvokeAsync,
    InvokeStream,
}

/// <summary>The paths of the runtime, <c>/endpoints/{name}/…</c>, told apart without an allocation.</summary>
internal static class RuntimePath
{
    private const string Prefix = "/endpoints/";

    public static RuntimeOperation Operation(ReadOnlySpan<char> path)
    {
        if (!path.StartsWith(Prefix, StringComparison.Ordinal)) return RuntimeOperation.None;
        var rest = path[Prefix.Length..];
        var slash = rest.IndexOf('/');
        if (slash <= 0) return RuntimeOperation.None;
        return rest[(slash + 1)..] switch
        {
            "invocations" => RuntimeOperation.Invoke,
            "async-invocations" => RuntimeOperation.InvokeAsync,
            "invocations-response-stream" => RuntimeOperation.InvokeStream,
            _ => RuntimeOperation.None,
        };
    }

    /// <summary>The endpoint's name in a path that <see cref="Operation"/> knows.</summary>
    public static ReadOnlySpan<char> Endpoint(ReadOnlySpan<char> path)
    {
        var rest = path[Prefix.Length..];
        return rest[..rest.IndexOf('/')];
    }
}
