using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace PyramidOT.Simulation.Il;

/// <summary>One instruction of a method's IL, its operand resolved: a member, a type, a number, or branch targets as IL offsets.</summary>
internal readonly record struct IlInstruction(int Offset, OpCode Code, object? Operand, int Next);

/// <summary>Reads the IL of a closed method.</summary>
internal static class IlBody
{
    private static readonly Dictionary<ushort, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (ushort)code.Value);

    public static List<IlInstruction> Read(MethodBase method, byte[] il)
    {
        Module module = method.Module;
        Type[]? typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        List<IlInstruction> result = [];
        int at = 0;
        while (at < il.Length)
        {
            int start = at;
            ushort value = il[at++];
            if (value == 0xFE)
                value = (ushort)(0xFE00 | il[at++]);
            OpCode code = Codes[value];
            ReadOnlySpan<byte> rest = il.AsSpan(at);
            int size = 4;
            object? operand;
            switch (code.OperandType)
            {
                case OperandType.InlineNone:
                    operand = null;
                    size = 0;
                    break;
                case OperandType.ShortInlineI:
                    operand = code == OpCodes.Ldc_I4_S ? (int)(sbyte)rest[0] : (int)rest[0];
                    size = 1;
                    break;
                case OperandType.ShortInlineVar:
                    operand = (int)rest[0];
                    size = 1;
                    break;
                case OperandType.InlineVar:
                    operand = (int)BinaryPrimitives.ReadUInt16LittleEndian(rest);
                    size = 2;
                    break;
                case OperandType.InlineI:
                    operand = BinaryPrimitives.ReadInt32LittleEndian(rest);
                    break;
                case OperandType.InlineI8:
                    operand = BinaryPrimitives.ReadInt64LittleEndian(rest);
                    size = 8;
                    break;
                case OperandType.ShortInlineR:
                    operand = BinaryPrimitives.ReadSingleLittleEndian(rest);
                    break;
                case OperandType.InlineR:
                    operand = BinaryPrimitives.ReadDoubleLittleEndian(rest);
                    size = 8;
                    break;
                case OperandType.ShortInlineBrTarget:
                    operand = at + 1 + (sbyte)rest[0];
                    size = 1;
                    break;
                case OperandType.InlineBrTarget:
                    operand = at + 4 + BinaryPrimitives.ReadInt32LittleEndian(rest);
                    break;
                case OperandType.InlineSwitch:
                    int count = BinaryPrimitives.ReadInt32LittleEndian(rest);
                    size = 4 + (4 * count);
                    int[] targets = new int[count];
                    for (int i = 0; i < count; i++)
                        targets[i] = at + size + BinaryPrimitives.ReadInt32LittleEndian(rest[(4 + (4 * i))..]);
                    operand = targets;
                    break;
                case OperandType.InlineField:
                    operand = module.ResolveField(BinaryPrimitives.ReadInt32LittleEndian(rest), typeArguments, methodArguments);
                    break;
                case OperandType.InlineMethod:
                    operand = module.ResolveMethod(BinaryPrimitives.ReadInt32LittleEndian(rest), typeArguments, methodArguments);
                    break;
                case OperandType.InlineType:
                    operand = module.ResolveType(BinaryPrimitives.ReadInt32LittleEndian(rest), typeArguments, methodArguments);
                    break;
                default:
                    // Strings, tokens and signatures: no kernel may have them, whatever they are.
                    operand = null;
                    break;
            }

            at += size;
            result.Add(new IlInstruction(start, code, operand, at));
        }

        return result;
    }

    /// <summary>The method that a constrained call on a struct means.</summary>
    public static MethodBase? Resolve(MethodBase called, Type? constrained)
    {
        if (constrained is null || called.DeclaringType is not { IsInterface: true } contract)
            return constrained is { IsValueType: true } && called is MethodInfo { IsVirtual: true } ? Override(called, constrained) : called;
        if (!constrained.IsValueType)
            return null;
        MethodInfo wanted = (MethodInfo)called;
        InterfaceMapping map = constrained.GetInterfaceMap(contract);
        MethodInfo open = wanted.IsGenericMethod ? wanted.GetGenericMethodDefinition() : wanted;
        for (int i = 0; i < map.InterfaceMethods.Length; i++)
        {
            if (map.InterfaceMethods[i].MetadataToken != open.MetadataToken || map.InterfaceMethods[i].Module != open.Module)
                continue;
            MethodInfo target = map.TargetMethods[i];
            if (target.DeclaringType != constrained)
                return null;
            return wanted.IsGenericMethod ? target.MakeGenericMethod(wanted.GetGenericArguments()) : target;
        }

        return null;
    }

    private static MethodInfo? Override(MethodBase called, Type constrained)
    {
        Type[] parameters = [.. called.GetParameters().Select(parameter => parameter.ParameterType)];
        MethodInfo? found = constrained.GetMethod(called.Name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, parameters);
        return found?.DeclaringType == constrained ? found : null;
    }
}
