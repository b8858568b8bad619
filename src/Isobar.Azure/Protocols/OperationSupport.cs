namespace Isobar.Azure.Protocols;

/// <summary>How far the emulator goes with one operation of a service; the support table is made of these.</summary>
/// <param name="Operation">The operation's name in Azure's documents, such as <c>Workspaces_CreateOrUpdate</c>.</param>
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

/// <summary>A part of a service of the emulator; parts of the same name are one service in the support table.</summary>
/// <param name="Name">The name that people know, such as <c>Azure Machine Learning</c>.</param>
/// <param name="Support">Its operations.</param>
public sealed record AzureService(string Name, IReadOnlyList<OperationSupport> Support);
