namespace Gorb.Model;

/// <summary>An entry of a target that Gorb made and no longer wants.</summary>
/// <param name="Target">The name of the target.</param>
/// <param name="Key">The entry, in the words of the target.</param>
internal readonly record struct LedgerKey(string Target, string Key);
