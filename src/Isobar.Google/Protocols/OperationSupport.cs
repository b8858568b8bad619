namespace Isobar.Google.Protocols;

/// <summary>How far the emulator goes with one method of a service; the support table is made of these.</summary>
/// <param name="Operation">The method's name in Google's documents, such as <c>objects.insert</c>.</param>
/// <param name="Level">How far it goes.</param>
/// <param name="Note">What a user should know, in a few words.</param>
public sealed record OperationSupport(string Operation, SupportLevel Level, string? Note = null);

/// <summary>The three labels of the support table.</summary>
public enum SupportLevel
{
    /// <summary>Does what the service does.</summary>
    Real,
    /// <summary>Is kept and given back, and has no further effect.</summary>
    StateOnly,
    /// <summary>Answers with the protocol's own error.</summary>
    Unsupported,
}

/// <summary>A service of the emulator, as the support table shows it.</summary>
/// <param name="Name">The name that people know, such as <c>Cloud Storage</c>.</param>
/// <param name="Support">Its methods.</param>
public sealed record GoogleService(string Name, IReadOnlyList<OperationSupport> Support);
