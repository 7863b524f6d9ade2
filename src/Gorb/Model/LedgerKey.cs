namespace Gorb.Model;

/// <summary>The ledger's key for a target entry that Gorb created and no longer wants.</summary>
/// <param name="Target">The name of the target.</param>
/// <param name="Key">The key of the entry, in the target's own format.</param>
internal readonly record struct LedgerKey(string Target, string Key);
