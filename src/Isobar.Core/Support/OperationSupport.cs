namespace Isobar.Core.Support;

/// <summary>How far an emulator goes with one operation of a service; the support table is made of these.</summary>
/// <param name="Operation">The operation's name in the vendor's documents, such as <c>CreateModel</c>, <c>objects.insert</c> or <c>Workspaces_CreateOrUpdate</c>.</param>
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
