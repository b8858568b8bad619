namespace Isobar.Core.Results;

/// <summary>An expected failure.</summary>
/// <param name="Code">Which kind of failure.</param>
/// <param name="Message">A sentence for a person: what is wrong, with which value, and what is allowed. Holds no secret.</param>
public sealed record Error(ErrorCode Code, string Message)
{
    /// <summary>Every fault found in the request, where there are several; empty otherwise.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>The failure that a missing resource gives.</summary>
    public static Error NotFound(string what) => new(ErrorCode.NotFound, $"{what} does not exist.");

    /// <summary>The failure that one bad field gives.</summary>
    public static Error Invalid(string field, string? value, string message) =>
        new(ErrorCode.InvalidArgument, message) { Faults = [new Fault(field, value, message)] };

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";
}

/// <summary>One field of a request that is not as documented.</summary>
/// <param name="Field">The field's path as the caller wrote it, such as <c>resourceConfig.instanceCount</c>.</param>
/// <param name="Value">The offending value, or null where it is missing or secret.</param>
/// <param name="Message">What is allowed.</param>
public sealed record Fault(string Field, string? Value, string Message);
