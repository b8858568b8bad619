namespace Isobar.Cli;

/// <summary>How the command line names a model of a manifest.</summary>
internal static class ModelName
{
    /// <summary>What is wrong with a name; null: it is one.</summary>
    public static string? Fault(string? said) => said?.Split('/') is [{ Length: > 0 }, { Length: > 0 }] ? null : "A model is named as project/model.";
}
