namespace Isobar.Cli;

/// <summary>The exit codes, after sysexits.h where it has one.</summary>
internal static class Exit
{
    public const int Ok = 0;
    /// <summary>The work itself failed: a job failed, a prediction was refused.</summary>
    public const int Failed = 1;
    public const int Usage = 64;
    public const int BadInput = 65;
    public const int NotFound = 66;
    public const int Unavailable = 69;
    public const int Internal = 70;
    public const int Busy = 75;
    public const int Denied = 77;

    public static int Fail(int code, string message)
    {
        Console.Error.WriteLine($"isobar: {message}");
        return code;
    }
}
