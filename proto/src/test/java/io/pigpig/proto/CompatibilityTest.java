package io.pigpig.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.pigpig.proto.order.v1.OrderServiceOuterClass;
import io.pigpig.proto.order.v1.SagaServiceOuterClass;
import io.pigpig.proto.render.v1.RenderServiceOuterClass;
import io.pigpig.proto.stock.v1.StockServiceOuterClass;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Messages of today, of a version with a field less and of one with a field more. */
final class CompatibilityTest {

  private static final int NEW_NUMBER = 1_000;

  private static final List<FileDescriptor> CONTRACTS =
      List.of(
          OrderServiceOuterClass.getDescriptor(),
          SagaServiceOuterClass.getDescriptor(),
          StockServiceOuterClass.getDescriptor(),
          RenderServiceOuterClass.getDescriptor());

  @TestFactory
  Stream<DynamicTest> oldAndNewReadEachOther() {
    return CONTRACTS.stream()
        .flatMap(file -> file.getMessageTypes().stream())
        .filter(type -> !type.getFields().isEmpty() && !type.getOptions().getMapEntry())
        .map(type -> DynamicTest.dynamicTest(type.getFullName(), () -> readsEachOther(type)));
  }

  private static void readsEachOther(Descriptor today) throws Exception {
    DynamicMessage full = filled(today, 3);
    FieldDescriptor youngest = today.getFields().getLast();

    Descriptor older = other(today, message -> message.removeField(message.getFieldCount() - 1));
    DynamicMessage seenByOlder = DynamicMessage.parseFrom(older, full.toByteString());
    assertThat(seenByOlder.getUnknownFields().hasField(youngest.getNumber()))
        .as("an older process keeps what it does not know")
        .isTrue();
    assertThat(DynamicMessage.parseFrom(today, seenByOlder.toByteString())).isEqualTo(full);

    DynamicMessage fromOlder =
        DynamicMessage.parseFrom(today, without(full, youngest).toByteString());
    assertThat(fromOlder).isEqualTo(without(full, youngest));

    Descriptor newer =
        other(
            today,
            message ->
                message.addField(
                    FieldDescriptorProto.newBuilder()
                        .setName("of_tomorrow")
                        .setNumber(NEW_NUMBER)
                        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                        .setType(FieldDescriptorProto.Type.TYPE_STRING)));
    DynamicMessage ofTomorrow =
        DynamicMessage.newBuilder(newer)
            .mergeFrom(full.toByteString())
            .setField(newer.findFieldByNumber(NEW_NUMBER), "news")
            .build();
    DynamicMessage seenToday = DynamicMessage.parseFrom(today, ofTomorrow.toByteString());
    for (FieldDescriptor field : today.getFields()) {
      assertThat(seenToday.getField(field)).as(field.getName()).isEqualTo(full.getField(field));
    }
    assertThat(DynamicMessage.parseFrom(newer, seenToday.toByteString())).isEqualTo(ofTomorrow);
  }

  private static DynamicMessage without(DynamicMessage message, FieldDescriptor field) {
    return message.toBuilder().clearField(field).build();
  }

  /** A version of the type that was changed so, in a file of its own. */
  private static Descriptor other(
      Descriptor type, java.util.function.Consumer<DescriptorProto.Builder> change)
      throws Exception {
    FileDescriptor file = type.getFile();
    FileDescriptorProto.Builder version = file.toProto().toBuilder();
    change.accept(version.getMessageTypeBuilder(type.getIndex()));
    FileDescriptor changed =
        FileDescriptor.buildFrom(
            version.build(), file.getDependencies().toArray(FileDescriptor[]::new));
    return changed.findMessageTypeByName(type.getName());
  }

  /** Every field set to something that is not its default. */
  private static DynamicMessage filled(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean deep = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth == 0;
      if (!deep && field.isRepeated()) {
        message.addRepeatedField(field, value(field, depth));
      } else if (!deep) {
        message.setField(field, value(field, depth));
      }
    }
    return message.build();
  }

  private static Object value(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> field.getNumber();
      case LONG -> (long) field.getNumber();
      case FLOAT -> 1.5f;
      case DOUBLE -> 1.5d;
      case BOOLEAN -> true;
      case STRING -> "text " + field.getNumber();
      case BYTE_STRING -> ByteString.copyFromUtf8("bytes " + field.getNumber());
      case ENUM -> field.getEnumType().getValues().getLast();
      case MESSAGE -> (Message) filled(field.getMessageType(), depth - 1);
    };
  }
}
