using System.CommandLine;
using System.Globalization;
using Isobar.Core.Results;
using Isobar.MultiCloud.Audit;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar audit</c>: who changed what; <c>isobar audit verify</c> tells whether the log was tampered with.</summary>
internal static class AuditCommand
{
    private static readonly string[] Headings = ["Number", "When", "Who", "What", "Target", "Detail"];

    public static Command Create()
    {
        var limit = new Option<int>("--limit") { Description = "Entries at most", DefaultValueFactory = _ => 50 };
        var command = new Command("audit", "List who changed what, newest first") { limit };
        ControlSession.Serve(command, async (session, ct) =>
        {
            if (!(await session.ReadAsync($"/v1/audit?limit={session.Get(limit)}", AuditJson.Default.IReadOnlyListAuditEntry, ct)).TryGet(out var entries, out var error)) return error;
            if (session.Json) foreach (var entry in entries) Output.Json(entry, AuditJson.Default.AuditEntry);
            else Output.Rows(false, Headings, [.. entries.Select(e => new[] { e.Number.ToString(CultureInfo.InvariantCulture), e.At.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), e.Who, e.What, e.Target, e.Detail })], "Nothing was changed yet.");
            return null;
        });
        var verify = new Command("verify", "Follow the chain of hashes and tell whether an entry was altered, dropped or put in");
        ControlSession.Serve(verify, async (session, ct) =>
        {
            if (!(await session.ReadAsync("/v1/audit/verify", AuditJson.Default.AuditCheck, ct)).TryGet(out var check, out var error)) return error;
            if (session.Json) Output.Json(check, AuditJson.Default.AuditCheck);
            else if (check.Intact) Console.WriteLine($"The audit log is whole: {check.Entries} entries, the last with the hash {check.Head}. Keep the hash elsewhere to be able to tell a log that was written anew.");
            return check.Intact ? null : new Error(ErrorCode.DataLoss, $"The audit log was tampered with: {check.Reason}.");
        });
        command.Add(verify);
        return command;
    }
}
